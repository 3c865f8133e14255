using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Result of <c>dataset verify</c>.</summary>
internal sealed record VerifiedDataset(string Name, string Version, int Images, int Intact, int PreparedShards, IReadOnlyList<BadBlob> Bad);

/// <summary><c>vincxr dataset verify</c>: reads the manifest, every image and every prepared shard back and compares their checksums.</summary>
internal static class VerifyCommand
{
    private static readonly Column<BadBlob>[] Columns =
    [
        new("role", "What", b => b.Role == BlobRole.Image ? "image" : "prepared shard"),
        new("name", "Name", b => b.Name),
        new("blob", "Blob", b => b.BlobId),
        new("problem", "Problem", b => b.Problem == BlobProblem.Missing ? "missing" : "damaged"),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<string> store = CommonOptions.Store();
        Option<bool> repair = new("--repair") { Description = "Remove what is damaged from the store, so that the next ingest and prepare make it again" };
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("verify", "Read manifest, images and prepared shards back and compare their checksums") { name, store, repair, output };
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
            var shown = new VerifiedDataset(manifest.Name, manifest.Version, manifest.Images.Count, report.Intact, report.Shards, report.Bad);
            Renderer.Show(context, output.ValueOf(parse), shown, report.Bad, Columns, console =>
                TableRenderer.Write(
                    console, report.Bad, Columns, $"the manifest, all {manifest.Images.Count} images and {report.Shards} prepared shards are intact"));
            if (report.Bad.Count == 0)
            {
                return ExitCode.Done;
            }

            int images = report.Bad.Count(b => b.Role == BlobRole.Image);
            string advice = removeDamaged ? "ingest and prepare again" : "run verify --repair, then ingest and prepare again";
            context.Error.WriteLine(
                $"{images} of {manifest.Images.Count} images and {report.Bad.Count - images} of {report.Shards} prepared shards are damaged or missing: {advice}");
            return ExitCode.Failed;
        });
        return command;
    }
}
