using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Api;

/// <summary>
/// Event <c>sweep</c> of <c>/sweeps/{sweep}/events</c>: what has changed since the event before it. The first one of a stream that cannot be resumed is
/// <see cref="IsWhole"/>.
/// </summary>
/// <param name="Details">The sweep with only those variants and trials that are new or changed; with all of them when whole.</param>
/// <param name="IsWhole">True when it replaces everything.</param>
public sealed record SweepEvent(SweepDetails Details, bool IsWhole)
{
    public const string Name = "sweep";

    /// <returns>What is known after this event.</returns>
    public SweepDetails ApplyTo(SweepDetails? before)
    {
        if (IsWhole || before is null)
        {
            return Details;
        }

        var changed = Details.Trials.ToDictionary(t => t.Id);
        HashSet<string> known = [.. before.Trials.Select(t => t.Id)];
        TrialSummary[] trials = [.. before.Trials.Select(t => changed.GetValueOrDefault(t.Id, t)), .. Details.Trials.Where(t => !known.Contains(t.Id))];
        HashSet<string> variants = [.. before.Variants.Select(v => v.Id)];
        return Details with { Trials = trials, Variants = [.. before.Variants, .. Details.Variants.Where(v => !variants.Contains(v.Id))] };
    }

    /// <returns>What turns <paramref name="before"/> into <paramref name="after"/>, or null when nothing does.</returns>
    public static SweepEvent? Between(SweepDetails before, SweepDetails after)
    {
        if (ReferenceEquals(before, after))
        {
            return null;
        }

        var known = before.Trials.ToDictionary(t => t.Id);
        TrialSummary[] trials = [.. after.Trials.Where(t => !known.TryGetValue(t.Id, out var old) || (!ReferenceEquals(old, t) && old != t))];
        var variants = after.Variants.Length == before.Variants.Length ? [] : after.Variants.ExceptBy(before.Variants.Select(v => v.Id), v => v.Id).ToArray();
        bool same = trials.Length == 0 && variants.Length == 0
            && after with { Trials = before.Trials, Variants = before.Variants } == before;
        return same ? null : new SweepEvent(after with { Trials = trials, Variants = variants }, IsWhole: false);
    }
}
