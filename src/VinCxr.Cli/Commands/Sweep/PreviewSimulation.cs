using System.Globalization;
using VinCxr.Cli.Files;
using VinCxr.Cli.Pictures;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep preview --simulate</c>: how a sweep would go with simulated trials, in virtual time.</summary>
internal static class PreviewSimulation
{
    private static readonly Column<VariantForecast>[] Columns =
    [
        new("variant", "Variant", v => v.Variant),
        new("description", "Parameters", v => v.Description),
        new("score", "Score", v => v.Score is { } score ? Cli.Rendering.Text.Score(score) : "", AlignRight: true),
        new("finished", "Finished", v => v.Finished, AlignRight: true),
        new("pruned", "Pruned", v => v.Pruned, AlignRight: true),
        new("failed", "Failed", v => v.Failed, AlignRight: true),
        new("epochs", "Epochs", v => v.Epochs, AlignRight: true),
        new("slotHours", "Slot hours", v => v.SlotHours.ToString("0.00", CultureInfo.InvariantCulture), AlignRight: true),
    ];

    /// <param name="slots">Null for as many as the sweep may use at once.</param>
    /// <param name="scriptPath">Null for the script's defaults.</param>
    /// <param name="plot">Where to draw which trial ran where and when, or null.</param>
    public static async Task RunAsync(
        CliContext context, SweepSpec spec, int? slots, string? scriptPath, string? plot, OutputFormat format, CancellationToken cancellationToken)
    {
        var script = scriptPath is null ? new SimulationScript() : SimulationScript.Parse(await TextFile.ReadAsync(scriptPath, "simulation script", cancellationToken));
        int used = slots ?? (int)Math.Ceiling(spec.Resources.MaxConcurrent * spec.Resources.Gpus);
        int most = spec.Search.MaxVariants * spec.Folds.Count;
        var forecast = await ProgressDisplay.RunAsync(context, "simulate", ProgressUnit.Of("trials"), bar =>
            Task.Run(() => SweepSimulation.Run(spec, script, used, ended => bar.Update(ended, most), cancellationToken), cancellationToken));
        if (plot is not null)
        {
            await ForecastPlot.WriteAsync(plot, forecast, cancellationToken);
        }

        var view = new ForecastView(forecast);
        Renderer.Show(context, format, view, forecast.Variants, Columns, console =>
        {
            TableRenderer.Write(console, forecast.Variants, Columns, "no variants");
            foreach (string line in view.Lines())
            {
                console.Write(new Spectre.Console.Text(line + "\n"));
            }
        });
    }
}
