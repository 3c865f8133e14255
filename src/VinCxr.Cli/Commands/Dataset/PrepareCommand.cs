using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset prepare</c>: decodes once, ahead of the first sweep.</summary>
internal static class PrepareCommand
{
    private static readonly Column<PreparedShard>[] Columns =
    [
        new("index", "Shard", s => s.Index, AlignRight: true),
        new("blob", "Blob", s => s.BlobId, s => Text.ShortHash(s.BlobId)),
        new("images", "Images", s => s.ImageIds.Count, AlignRight: true),
        new("bytes", "Size", s => s.Length, s => Text.Bytes(s.Length), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        var defaults = new PreprocessSpec();
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<int> size = ValueOptions.Whole("--size", "Longest side of a prepared image in pixels", defaults.Size, 32, 8192);
        ChoiceOption<string> window = ValueOptions.Word("--window", "Use the file's window or VOI LUT, or not", defaults.Window, "voi", "none");
        Option<string> transform = ChainOption.One(defaults.Transform);
        ChoiceOption<int> bits = new("--bits", "Bits per pixel", new Dictionary<string, int> { ["8"] = 8, ["16"] = 16 }, $"{defaults.Bits}");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("prepare", "Decode a data set into prepared shards, ahead of the first sweep") { name, size, window, transform, bits, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            var spec = new PreprocessSpec(parse.GetValue(size), window.ValueOf(parse), parse.GetRequiredValue(transform), bits.ValueOf(parse));
            PreparedShard[] shards = await PrepareAsync(context, opened, manifest, spec, cancellationToken);
            Renderer.List(context, output.ValueOf(parse), shards, Columns, "the data set has no images");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Makes the shards that are missing.</summary>
    public static Task<PreparedShard[]> PrepareAsync(
        CliContext context, IStore store, DatasetManifest manifest, PreprocessSpec spec, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"prepare {manifest.Name}", ProgressUnit.Images, async bar =>
        {
            var key = new PreparedKey(manifest.Version, spec, ImagePreparation.Version);
            var builder = new ShardBuilder(store);
            var shards = new List<PreparedShard>();
            int before = 0;
            foreach (ShardPlan plan in ShardBuilder.Plan(manifest))
            {
                int start = before;
                var progress = new SynchronousProgress<int>(done => bar.Update(start + done, manifest.Images.Count));
                shards.Add(await builder.FindAsync(key, plan.Index, cancellationToken)
                    ?? await builder.BuildAsync(manifest, key, plan, progress, cancellationToken));
                before += plan.ImageIds.Count;
                bar.Update(before, manifest.Images.Count);
            }

            return shards.ToArray();
        });
}
