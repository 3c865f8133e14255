using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Result of <c>dataset verify</c>.</summary>
internal sealed record VerifiedDataset(string Name, string Version, int Images, int Intact, IReadOnlyList<BadImage> Bad);

/// <summary><c>vincxr dataset verify</c>: reads every image back and compares its checksum.</summary>
internal static class VerifyCommand
{
    private static readonly Column<BadImage>[] Columns =
    [
        new("image_id", "Image", b => b.ImageId),
        new("blob", "Blob", b => b.BlobId),
        new("problem", "Problem", b => b.Problem == BlobProblem.Missing ? "missing" : "damaged"),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<string> store = CommonOptions.Store();
        Option<bool> repair = new("--repair") { Description = "Remove damaged images from the store, so that the next ingest stores those files again" };
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("verify", "Read every stored image back and compare its checksum") { name, store, repair, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            bool removeDamaged = parse.GetValue(repair);
            VerifyReport report = await ProgressDisplay.RunAsync(context, $"verify {manifest.Name}", ProgressUnit.Bytes, bar =>
                new DatasetVerifier(opened).RunAsync(
                    manifest,
                    removeDamaged,
                    progress: new SynchronousProgress<VerifyProgress>(p => bar.Update(p.BytesDone, p.BytesTotal)),
                    cancellationToken: cancellationToken));
            var shown = new VerifiedDataset(manifest.Name, manifest.Version, manifest.Images.Count, report.Intact, report.Bad);
            Renderer.Show(context, output.ValueOf(parse), shown, report.Bad, Columns, console =>
                TableRenderer.Write(console, report.Bad, Columns, $"all {manifest.Images.Count} images are intact"));
            if (report.Bad.Count == 0)
            {
                return ExitCode.Done;
            }

            string advice = removeDamaged ? "ingest them again" : "run verify --repair, then ingest them again";
            context.Error.WriteLine($"{report.Bad.Count} of {manifest.Images.Count} images are damaged or missing: {advice}");
            return ExitCode.Failed;
        });
        return command;
    }
}
