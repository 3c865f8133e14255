using Spectre.Console;
using Spectre.Console.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>Variants by folds, one cell per trial.</summary>
internal static class SweepMatrix
{
    /// <summary>What fits on a screen; of a larger sweep, the variants that train now or trained last.</summary>
    private const int MaxVariants = 40;

    public static IRenderable Build(SweepDetails sweep)
    {
        int[] folds = [.. sweep.Trials.Select(t => t.Fold).Distinct().Order()];
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumn(new TableColumn(new Markup("[bold]Variant[/]")));
        foreach (int fold in folds)
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]Fold {fold}[/]")) { Width = 24, NoWrap = true });
        }

        ILookup<(string Variant, int Fold), TrialSummary> trials = sweep.Trials.ToLookup(t => (t.Variant, t.Fold));
        VariantSummary[] shown = Shown(sweep, trials);
        foreach (VariantSummary variant in shown)
        {
            IRenderable[] cells = [.. folds.Select(f => new Markup(trials[(variant.Id, f)].FirstOrDefault() is { } trial ? Cell(trial) : ""))];
            table.AddRow([new Markup($"{variant.Id} [grey]{Markup.Escape(variant.Description)}[/]"), .. cells]);
        }

        SweepSummary summary = sweep.Summary;
        string head = $"[bold]{Markup.Escape(summary.Name)}[/] {summary.State}, {summary.Finished} of {summary.Total} trials finished";
        string shards = sweep.PreparedShards < sweep.TotalShards ? $", preparing images {sweep.PreparedShards}/{sweep.TotalShards}" : "";
        string hidden = shown.Length < sweep.Variants.Length ? $", {sweep.Variants.Length - shown.Length} further variants are not shown" : "";
        return new Rows(new Markup(head + shards + hidden), table);
    }

    private static VariantSummary[] Shown(SweepDetails sweep, ILookup<(string Variant, int Fold), TrialSummary> trials)
    {
        if (sweep.Variants.Length <= MaxVariants)
        {
            return sweep.Variants;
        }

        HashSet<string> running = [.. trials.SelectMany(t => t).Where(t => t.State is TrialState.Leased or TrialState.Running).Select(t => t.Variant)];
        HashSet<string> begun = [.. trials.SelectMany(t => t).Where(t => t.Attempt > 0).Select(t => t.Variant)];
        HashSet<string> chosen = [.. sweep.Variants.Select((v, i) => (v.Id, i)).OrderByDescending(v => running.Contains(v.Id)).ThenByDescending(v => begun.Contains(v.Id) ? v.i : -1)
            .Take(MaxVariants).Select(v => v.Id)];
        return [.. sweep.Variants.Where(v => chosen.Contains(v.Id))];
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
