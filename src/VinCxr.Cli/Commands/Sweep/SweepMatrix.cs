using Spectre.Console;
using Spectre.Console.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>Variants by folds, one cell per trial.</summary>
internal static class SweepMatrix
{
    public static IRenderable Build(SweepDetails sweep)
    {
        int[] folds = [.. sweep.Trials.Select(t => t.Fold).Distinct().Order()];
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumn(new TableColumn(new Markup("[bold]Variant[/]")));
        foreach (int fold in folds)
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]Fold {fold}[/]")) { Width = 24, NoWrap = true });
        }

        ILookup<(string, int), TrialSummary> trials = sweep.Trials.ToLookup(t => (t.Variant, t.Fold));
        foreach (VariantSummary variant in sweep.Variants)
        {
            IRenderable[] cells = [.. folds.Select(f => new Markup(trials[(variant.Id, f)].FirstOrDefault() is { } trial ? Cell(trial) : ""))];
            table.AddRow([new Markup($"{variant.Id} [grey]{Markup.Escape(variant.Description)}[/]"), .. cells]);
        }

        SweepSummary summary = sweep.Summary;
        string head = $"[bold]{Markup.Escape(summary.Name)}[/] {summary.State}, {summary.Finished} of {summary.Total} trials finished";
        string shards = sweep.PreparedShards < sweep.TotalShards ? $", preparing images {sweep.PreparedShards}/{sweep.TotalShards}" : "";
        return new Rows(new Markup(head + shards), table);
    }

    private static string Cell(TrialSummary trial)
    {
        string score = trial.Map40 is null ? "" : $" {Rendering.Text.Score(trial.Map40)}";
        return trial.State switch
        {
            TrialState.Pending => "[grey]waiting[/]",
            TrialState.Leased => "[yellow]starting[/]",
            TrialState.Running => $"[yellow]{Bar(trial)}[/] {trial.Epoch}/{trial.Epochs}[grey]{score}[/]",
            TrialState.Succeeded => $"[green]{Rendering.Text.Score(trial.Map40)}[/]",
            TrialState.Pruned => $"[grey]pruned{score}[/]",
            TrialState.Cancelled => "[grey]cancelled[/]",
            _ => "[red]failed[/]",
        };
    }

    private static string Bar(TrialSummary trial)
    {
        const int Width = 8;
        int full = trial.Epochs == 0 ? 0 : Math.Clamp(trial.Epoch * Width / trial.Epochs, 0, Width);
        return new string('━', full) + "[grey]" + new string('─', Width - full) + "[/]";
    }
}
