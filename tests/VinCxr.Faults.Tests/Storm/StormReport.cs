using System.Globalization;
using System.Text;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>What a storm did and what it cost, as a page for people.</summary>
/// <param name="Broken">Promises that did not hold.</param>
/// <param name="Repeated">Epochs that were trained again, one entry for each time a lease went to another attempt.</param>
internal sealed record StormReport(StormOptions Options, TimeSpan Length, IReadOnlyList<FaultRecord> Faults, IReadOnlyList<int> Repeated, int Trials, int Attempts, IReadOnlyList<string> Broken)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Fault storm: {Faults.Count} faults, seed {Options.Seed}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Trials} trials on {StormOptions.Agents + 1} silos (1 control, {StormOptions.Agents} GPU), lease {StormOptions.LeaseTtl.TotalSeconds:0} s, {Environment.ProcessorCount} cores; {Length.TotalMinutes:0.0} minutes, {Attempts} attempts.");
        text.AppendLine("Every trial succeeded with one end; no result that was seen was lost or changed.");
        text.AppendLine(Broken.Count == 0
            ? "Fences held, no more than a checkpoint interval was repeated at a time, and the leaderboard equals that of the undisturbed run, byte for byte."
            : $"Promises broken: {string.Join("; ", Broken)}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Leases that went to another attempt: {Repeated.Count}; epochs trained again for it: {Repeated.Sum()} in all, at most {Repeated.DefaultIfEmpty().Max()} each (a checkpoint is {StormOptions.CheckpointInterval} epoch).").AppendLine();
        text.AppendLine("Recovery in seconds: of agents and trainers detection and restart of every trial that ran there; of the control silo and connections until the sweep");
        text.AppendLine("answers; of the store from its return to the next progress. \"Alone\" leaves out faults during which another was not over.").AppendLine();
        text.AppendLine("| fault | count | hit nothing | median | p95 | longest | alone: median | alone: p95 |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var group in Faults.GroupBy(f => f.Fault.Kind).OrderBy(g => g.Key))
        {
            TimeSpan[] all = [.. Times(group)], alone = [.. Times(group.Where(f => !f.Overlapped))];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {group.Key} | {group.Count()} | {group.Count(f => f.Recovery is null)} | {At(all, 50)} | {At(all, 95)} | {At(all, 100)} | {At(alone, 50)} | {At(alone, 95)} |");
        }

        return text.ToString();
    }

    private static IEnumerable<TimeSpan> Times(IEnumerable<FaultRecord> faults) => faults.Where(f => f.Recovery is not null).Select(f => f.Recovery!.Value);

    private static string At(TimeSpan[] values, double percent) =>
        values.Length == 0 ? "-" : Percentiles.Of(values, percent).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
