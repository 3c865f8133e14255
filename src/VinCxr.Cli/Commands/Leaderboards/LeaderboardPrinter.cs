using Spectre.Console;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Leaderboards;

namespace VinCxr.Cli.Commands.Leaderboards;

/// <summary>Prints a leaderboard and what it says about ensembles.</summary>
internal static class LeaderboardPrinter
{
    public static void Print(CliContext context, OutputFormat format, Leaderboard board, bool withEnsembles) =>
        Renderer.Show(context, format, LeaderboardView.Of(board), board.Variants, VariantColumns(board, forTable: false), console => Write(console, board, withEnsembles));

    public static void Write(IAnsiConsole console, Leaderboard board, bool withEnsembles)
    {
        TableRenderer.Write(console, board.Variants, VariantColumns(board, forTable: true), "no finished trials yet");
        if (withEnsembles)
        {
            TableRenderer.Write(console, board.Ensembles, EnsembleColumns, "no ensembles yet");
        }

        if (board.Variants.Length > 0)
        {
            console.WriteLine(Verdict(board));
        }
    }

    public static IReadOnlyList<Column<EnsembleRow>> EnsembleColumns { get; } =
    [
        new("id", "Ensemble", e => e.Id),
        new("method", "Method", e => e.Method),
        new("map40", "mAP@0.4", e => e.Map40, AlignRight: true),
        new("nested_map40", "nested", e => e.NestedMap40, AlignRight: true),
        new("beats_best_variant", "Beats best", e => e.BeatsBestVariant),
        new("members", "Members", e => string.Join(' ', e.Members), e => Members(e.Members)),
    ];

    /// <summary>Whether fusing helped, in one sentence with the numbers it rests on.</summary>
    public static string Verdict(Leaderboard board)
    {
        VariantRow best = board.Variants[0];
        if (board.Ensembles.Length == 0)
        {
            return $"best variant: {best.Variant} with {Rendering.Text.Score(best.Map40)}; no ensemble was built";
        }

        static double Fair(EnsembleRow row) => row.NestedMap40 ?? row.Map40;
        EnsembleRow ensemble = board.Ensembles.MaxBy(Fair)!;
        string kind = ensemble.NestedMap40 is null ? "score" : "nested score";
        string numbers = $"{kind} {Rendering.Text.Score(Fair(ensemble))} against {Rendering.Text.Score(best.Map40)} of the best variant {best.Variant}";
        return board.Ensembles.Any(e => e.BeatsBestVariant)
            ? $"ensemble {ensemble.Id} beats the best variant: {numbers}"
            : $"no ensemble beats the best variant: {ensemble.Id} has {numbers}";
    }

    private static List<Column<VariantRow>> VariantColumns(Leaderboard board, bool forTable)
    {
        List<Column<VariantRow>> columns =
        [
            new("rank", "#", v => v.Rank, AlignRight: true),
            new("variant", "Variant", v => v.Variant),
            new("description", "Parameters", v => v.Description),
            new("map40", "mAP@0.4", v => v.Map40, AlignRight: true),
            new("low", "95 % interval", v => v.Low, Interval),
            .. forTable ? [] : new Column<VariantRow>[] { new("high", "high", v => v.High) },
            new("map40_findings", "findings", v => v.Map40Findings, AlignRight: true),
        ];
        columns.AddRange(board.Variants.SelectMany(v => v.Folds.Select(f => f.Fold)).Distinct().Order().Select(fold => new Column<VariantRow>(
            $"fold{fold}", $"Fold {fold}", v => v.Folds.FirstOrDefault(f => f.Fold == fold)?.Map40, AlignRight: true)));
        return columns;
    }

    /// <summary>One column for people, two for programs; a tie with the best variant is said.</summary>
    private static string Interval(VariantRow row) =>
        $"{Rendering.Text.Score(row.Low)} .. {Rendering.Text.Score(row.High)}{(row.TiedWithBest && row.Rank > 1 ? " tie" : "")}";

    /// <summary>Repeated members are counted: <c>v0 x2, v1</c>.</summary>
    private static string Members(IEnumerable<string> members) => string.Join(", ", members.CountBy(m => m).Select(m => m.Value == 1 ? m.Key : $"{m.Key} x{m.Value}"));
}
