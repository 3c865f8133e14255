using System.Globalization;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>A sweep as <c>sweep show</c> prints it.</summary>
internal sealed record SweepView(
    string Id, string Name, SweepState State, string? Reason, string Dataset, string DatasetVersion, string SpecHash, int Total, int Finished, int Failed,
    int PreparedShards, int TotalShards, double? BestMap40, DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<VariantSummary> Variants, IReadOnlyList<TrialSummary> Trials, string? Queue, int Priority, string? User, int Running, double GpuHours,
    double? GpuHoursLimit, string? ForkOf)
{
    public static SweepView Of(SweepDetails details) => new(
        details.Summary.Id, details.Summary.Name, details.Summary.State, details.Reason, details.Summary.Dataset, details.DatasetVersion, details.SpecHash,
        details.Summary.Total, details.Summary.Finished, details.Summary.Failed, details.PreparedShards, details.TotalShards, details.Summary.BestMap40,
        details.Summary.SubmittedAt, details.Summary.EndedAt, details.Variants, details.Trials, details.Summary.Queue, details.Priority,
        details.Summary.User, details.Summary.Running, details.GpuHours, details.GpuHoursLimit, details.ForkOf);

    public IReadOnlyList<(string Name, string Value)> Facts()
    {
        List<(string Name, string Value)> facts =
        [
            ("sweep", $"{Name} ({Id})"),
            ("state", Reason is null ? State.ToString() : $"{State}: {Reason}"),
            ("data set", $"{Dataset}, version {Text.ShortHash(DatasetVersion)}"),
            ("spec", Text.ShortHash(SpecHash)),
            ("prepared", $"{PreparedShards} of {TotalShards} shards"),
            ("trials", $"{Finished} of {Total} finished{(Failed > 0 ? $", {Failed} failed" : "")}{(Running > 0 ? $", {Running} running" : "")}"),
            ("queue", $"{Queue}, priority {Priority}{(User is null ? "" : $", for {User}")}"),
            ("GPU hours", string.Create(CultureInfo.InvariantCulture, $"{GpuHours:0.###} used{(GpuHoursLimit is { } limit ? $" of {limit:0.###}" : "")}")),
            ("submitted", Text.Of(SubmittedAt)),
        ];
        if (ForkOf is not null)
        {
            facts.Add(("fork of", ForkOf));
        }

        if (EndedAt is { } ended)
        {
            facts.Add(("ended", $"{Text.Of(ended)}, after {Text.Duration(ended - SubmittedAt)}"));
        }

        return facts;
    }
}
