using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <param name="Problem"><c>missing</c> or <c>damaged</c>.</param>
internal sealed record BadBlob(string ImageId, string BlobId, string Problem);

internal sealed record VerifyReport(string Name, string Version, int Images, IReadOnlyList<BadBlob> Bad);

/// <summary><c>vincxr dataset verify</c>: reads every image back and compares its checksum.</summary>
internal static class VerifyCommand
{
    private static readonly Column<BadBlob>[] Columns =
    [
        new("image_id", "Image", b => b.ImageId),
        new("blob", "Blob", b => b.BlobId),
        new("problem", "Problem", b => b.Problem),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("verify", "Read every stored image back and compare its checksum") { name, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            List<BadBlob> bad = await CheckAsync(context, opened, manifest, cancellationToken);
            var report = new VerifyReport(manifest.Name, manifest.Version, manifest.Images.Count, bad);
            Renderer.Show(context, output.ValueOf(parse), report, bad, Columns, console =>
                TableRenderer.Write(console, bad, Columns, $"all {manifest.Images.Count} images are intact"));
            if (bad.Count > 0)
            {
                context.Error.WriteLine($"{bad.Count} of {manifest.Images.Count} images are damaged or missing, ingest them again");
            }

            return bad.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Task<List<BadBlob>> CheckAsync(CliContext context, IStore store, DatasetManifest manifest, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"verify {manifest.Name}", ProgressUnit.Bytes, async bar =>
        {
            var bad = new List<BadBlob>();
            long done = 0;
            foreach (DatasetImage image in manifest.Images)
            {
                if (await store.Blobs.FindAsync(image.BlobId, cancellationToken) is null)
                {
                    bad.Add(new BadBlob(image.ImageId, image.BlobId, "missing"));
                }
                else if (!await store.Blobs.VerifyAsync(image.BlobId, cancellationToken))
                {
                    bad.Add(new BadBlob(image.ImageId, image.BlobId, "damaged"));
                }

                done += image.Length;
                bar.Update(done, manifest.Bytes);
            }

            return bad;
        });
}
