using Orleans.Storage;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Persistence;

/// <summary>
/// A log as its one writer sees it, an activation that has read it whole. What an activation appends that was replaced meanwhile, on a silo that froze or
/// was cut off, is refused; so is a second append of what was stored although its answer was lost.
/// </summary>
internal sealed class FencedLog(ILogStore logs, string name)
{
    public string Name => name;

    /// <summary>Sequence number of the newest entry known.</summary>
    public long Last { get; private set; }

    /// <summary>An entry was read.</summary>
    public void Saw(long sequence) => Last = Math.Max(Last, sequence);

    /// <param name="mayStandBetween">
    /// Told the text of each entry that others appended since; true when it may. By default none may.
    /// </param>
    /// <returns>Sequence number of the last entry.</returns>
    /// <exception cref="InconsistentStateException">The log holds what this activation does not know of; Orleans drops it.</exception>
    public async Task<long> AppendAsync(IReadOnlyList<string> entries, Predicate<string>? mayStandBetween = null)
    {
        while (true)
        {
            try
            {
                return Last = await logs.AppendAfterAsync(name, Last, entries);
            }
            catch (ConflictException error)
            {
                await CatchUpAsync(mayStandBetween, error);
            }
        }
    }

    private async Task CatchUpAsync(Predicate<string>? mayStandBetween, ConflictException conflict)
    {
        long before = Last;
        await foreach (var entry in logs.ReadAsync(name, Last))
        {
            if (mayStandBetween?.Invoke(entry.Text) != true)
            {
                break;
            }

            Last = entry.Sequence;
        }

        if (Last == before)
        {
            throw new InconsistentStateException($"{conflict.Message}: another activation has written to it", conflict);
        }
    }
}
