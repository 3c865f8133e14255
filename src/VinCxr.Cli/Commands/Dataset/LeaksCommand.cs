using System.CommandLine;
using System.Text.Json.Serialization;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Leakage;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Result of <c>dataset leaks</c>.</summary>
/// <param name="Crossing">Near-duplicate pairs whose images are in different folds.</param>
/// <param name="Distribution">Pairs of images by distance of their pHashes, where asked for.</param>
internal sealed record LeaksReport(
    string Name, string Version, int Images, int Folds, int Seed, string GroupBy, int Distance, double Correlation, int Crossing, IReadOnlyList<Leak> Pairs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DistanceCount>? Distribution);

/// <summary><c>vincxr dataset leaks</c>: near-duplicate images, and those of them that a split would train and validate on.</summary>
internal static class LeaksCommand
{
    private static readonly Column<Leak>[] Columns =
    [
        new("image_a", "Image", l => l.A),
        new("image_b", "Near-duplicate", l => l.B),
        new("distance", "Bits", l => l.Distance, AlignRight: true),
        new("correlation", "Correlation", l => l.Correlation, AlignRight: true),
        new("fold_a", "Fold", l => l.FoldA, AlignRight: true),
        new("fold_b", "Fold", l => l.FoldB, AlignRight: true),
        new("crosses", "Leaks", l => l.Crosses),
    ];

    private static readonly Column<DistanceCount>[] DistributionColumns =
    [
        new("distance", "Bits", d => d.Distance, AlignRight: true),
        new("pairs", "Pairs", d => d.Pairs, AlignRight: true),
        new("confirmed", "Correlate", d => d.Confirmed, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<int> distance = ValueOptions.Whole("--distance", "Bits of 64 in which the hashes of near-duplicates may differ", DuplicateOptions.DefaultDistance, 0, 64);
        Option<double> correlation = ValueOptions.Real("--correlation", "Least correlation of the thumbnails of near-duplicates", DuplicateOptions.DefaultCorrelation, -1, 1);
        var folds = new FoldOptions("--folds");
        Option<bool> distribution = ValueOptions.Flag("--distribution", "Also count all pairs of images by distance, to choose --distance by");
        Option<bool> fail = ValueOptions.Flag("--fail", "Exit with 1 when a near-duplicate pair lies across folds");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("leaks", "Near-duplicate images, and which of them lie across folds") { name, distance, correlation };
        folds.AddTo(command);
        command.Add(distribution);
        command.Add(fail);
        command.Add(store);
        command.Add(output);
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            IReadOnlyList<ImageSignature> signatures = await SignaturesAsync(context, opened, manifest, cancellationToken);
            var options = new DuplicateOptions(parse.GetValue(distance), parse.GetValue(correlation));
            (_, IReadOnlyDictionary<string, int> foldOf) = await folds.AssignAsync(parse, opened, manifest, cancellationToken);
            IReadOnlyList<Leak> leaks = Leak.Of(NearDuplicates.Find(signatures, options), foldOf);
            var report = new LeaksReport(
                manifest.Name, manifest.Version, manifest.Images.Count, folds.CountOf(parse), folds.SeedOf(parse), folds.GroupByOf(parse), options.Distance, options.Correlation,
                leaks.Count(l => l.Crosses), leaks, parse.GetValue(distribution) ? NearDuplicates.Distribution(signatures, options.Correlation) : null);
            Renderer.Show(context, output.ValueOf(parse), report, leaks, Columns, console =>
            {
                TableRenderer.Write(console, leaks, Columns, $"no near-duplicates among {manifest.Images.Count} images");
                if (report.Distribution is { } counts)
                {
                    TableRenderer.Write(console, [.. counts.Where(c => c.Pairs > 0)], DistributionColumns, "fewer than two images");
                }
            });
            if (leaks.Count > 0)
            {
                context.Note(Summary(report));
            }

            return report.Crossing > 0 && parse.GetValue(fail) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Made on first use, which decodes every image once.</summary>
    private static async Task<IReadOnlyList<ImageSignature>> SignaturesAsync(
        CliContext context, IStore store, DatasetManifest manifest, CancellationToken cancellationToken) =>
        await new SignatureSet(store).FindAsync(manifest, cancellationToken)
        ?? await ProgressDisplay.RunAsync(context, $"hash {manifest.Name}", ProgressUnit.Images, bar => new SignatureSet(store).EnsureAsync(
            manifest, new SynchronousProgress<int>(done => bar.Update(done, manifest.Images.Count)), cancellationToken));

    private static string Summary(LeaksReport report) =>
        report.Crossing == 0
            ? $"{report.Pairs.Count} near-duplicate pairs, none across the {report.Folds} folds"
            : $"{report.Crossing} of {report.Pairs.Count} near-duplicate pairs lie across the {report.Folds} folds: use folds.group_by: near_duplicates in the sweep file";
}
