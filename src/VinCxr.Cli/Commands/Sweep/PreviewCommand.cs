using System.CommandLine;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep preview</c>: what a sweep file would train, without training it.</summary>
internal static class PreviewCommand
{
    private static readonly Column<PreviewVariant>[] Columns =
    [
        new("variant", "Variant", v => v.Variant),
        new("description", "Parameters", v => v.Description),
        new("folds", "Folds", v => v.Folds, AlignRight: true),
        new("epochs", "Epochs", v => v.Epochs, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> file = ValueOptions.Argument("file", "Sweep file (YAML)");
        Option<bool> simulate = ValueOptions.Flag("--simulate", "Run the search and the stopping rule with simulated trials: what starts, what is pruned, how long it takes");
        Option<int> slots = ValueOptions.Whole("--slots", "With --simulate: slots of the cluster; resources.max_concurrent by default", 0, 1, 1_000_000);
        Option<string?> script = ValueOptions.Optional("--script", "With --simulate: curves, durations and mishaps of the trials (YAML)", "FILE");
        Option<string?> plot = ValueOptions.Optional("--plot", "With --simulate: draw which trial runs when", "FILE.png");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("preview", "List the variants and trials a sweep file would train first, or how it would go")
        {
            file, simulate, slots, script, plot, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
            SweepSpec spec = SweepFile.ParseOrThrow(yaml);
            if (parse.GetValue(simulate))
            {
                int given = parse.GetValue(slots);
                await PreviewSimulation.RunAsync(
                    context, spec, given > 0 ? given : null, parse.GetValue(script), parse.GetValue(plot), output.ValueOf(parse), cancellationToken);
                return ExitCode.Done;
            }

            if (parse.GetResult(slots) is { Implicit: false } || parse.GetValue(script) is not null || parse.GetValue(plot) is not null)
            {
                throw new InvalidInputException("--slots, --script and --plot mean nothing without --simulate; add it");
            }

            SweepPreview preview = SweepPreview.Of(spec);
            Renderer.Show(context, output.ValueOf(parse), preview, preview.Variants, Columns, console =>
            {
                TableRenderer.Write(console, preview.Variants, Columns, "no variants");
                console.Write(new Spectre.Console.Text($"{preview.Variants.Count} variants x {preview.Folds} folds = {preview.Trials} trials\n"));
            });
            await NoteLeaksAsync(context, parse.GetRequiredValue(store), spec, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A preview needs no store; where there is one with the data set, it tells what the folds leak.</summary>
    private static async Task NoteLeaksAsync(CliContext context, string storeUri, SweepSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            await using IStore opened = await StoreFactory.OpenAsync(storeUri, cancellationToken: cancellationToken);
            await LeakNote.WriteAsync(context, opened, spec, cancellationToken);
        }
        catch (Exception error) when (error is StoreException or NotFoundException)
        {
            context.Note($"near-duplicate images across folds were not looked for: {error.Message}");
        }
    }

    private sealed record PreviewVariant(string Variant, string Description, IReadOnlyDictionary<string, object> Parameters, int Folds, int Epochs);

    private sealed record SweepPreview(string Name, string Dataset, int Folds, int Trials, IReadOnlyList<PreviewVariant> Variants)
    {
        /// <summary>A method that learns from results proposes its first variants here; later ones depend on scores.</summary>
        public static SweepPreview Of(SweepSpec spec)
        {
            IReadOnlyList<Variant> variants = SearchMethods.Create(spec).Propose([], spec.Search.MaxVariants);
            return new SweepPreview(
                spec.Name, spec.Dataset, spec.Folds.Count, variants.Count * spec.Folds.Count,
                [.. variants.Select(v => new PreviewVariant(v.Id, v.Describe(), v.Parameters, spec.Folds.Count, v.Settings.Train.Epochs))]);
        }
    }
}
