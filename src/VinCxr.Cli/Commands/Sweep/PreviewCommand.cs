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
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("preview", "List the variants and trials a sweep file would train first") { file, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
            SweepSpec spec = SweepFile.ParseOrThrow(yaml);
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
