using System.Text.Json.Nodes;
using VinCxr.Core;

namespace VinCxr.Orchestration.Persistence;

/// <summary>
/// Shapes that stored grain state has had. A member that is only added needs nothing here. A change that older code would misread raises
/// <see cref="Version"/>, and comes with an upgrade for each kind of state that it changes.
/// </summary>
/// <param name="Version">Shape written now, at least 1.</param>
/// <param name="Upgrades">Steps from older shapes.</param>
public sealed record StateSchema(int Version, params IReadOnlyList<StateUpgrade> Upgrades)
{
    /// <summary>The shape of this build.</summary>
    public static StateSchema Current { get; } = new(1);

    /// <summary>Lifts a state to <see cref="Version"/>, one step at a time.</summary>
    /// <param name="stateName">Name of the kind of state.</param>
    /// <param name="from">Shape it was written in.</param>
    /// <exception cref="StoreException">A shape that this build does not know.</exception>
    public JsonNode? Lift(string stateName, int from, JsonNode? state)
    {
        if (from < 1 || from > Version)
        {
            throw new StoreException(from < 1 ? $"has schema {from}, the first was 1" : $"has schema {from}, this version reads up to {Version}: update vincxr");
        }

        for (int version = from; version < Version; version++)
        {
            foreach (var upgrade in Upgrades.Where(u => u.From == version && u.StateName == stateName))
            {
                state = upgrade.Lift(state as JsonObject ?? throw new StoreException($"of schema {version} is no object"));
            }
        }

        return state;
    }
}

/// <param name="From">Schema version that it reads; it gives the next one.</param>
/// <param name="StateName">Kind of state; others pass unchanged.</param>
/// <param name="Lift">Changes the state of one grain.</param>
public sealed record StateUpgrade(int From, string StateName, Func<JsonObject, JsonObject> Lift);
