using System.Text.Json.Serialization;
using VinCxr.Contracts.Leaderboards;

namespace VinCxr.Cli.Commands.Leaderboards;

/// <summary>A leaderboard as JSON shows it.</summary>
internal sealed record LeaderboardView(
    string SweepId, string SweepName, string DatasetVersion, string SpecHash, bool IsComplete, IReadOnlyList<VariantRow> Variants, IReadOnlyList<EnsembleView> Ensembles)
{
    public static LeaderboardView Of(Leaderboard board) => new(
        board.SweepId, board.SweepName, board.DatasetVersion, board.SpecHash, board.IsComplete, board.Variants, [.. board.Ensembles.Select(EnsembleView.Of)]);
}

/// <param name="NestedMap40">Left out where it could not be computed.</param>
internal sealed record EnsembleView(
    string Id, string Method, double Map40,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? NestedMap40,
    IReadOnlyList<string> Members, bool BeatsBestVariant, string? PredictionsBlob)
{
    public static EnsembleView Of(EnsembleRow row) => new(row.Id, row.Method, row.Map40, row.NestedMap40, row.Members, row.BeatsBestVariant, row.PredictionsBlob);
}
