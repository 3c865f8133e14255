using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset prepare</c>: decodes once, on every node of the cluster, ahead of the first sweep.</summary>
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
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        var preprocess = new PreprocessOptions();
        var codec = new CodecOptions();
        Option<int> parallel = ValueOptions.Whole("--parallel", "Shards at once in this process when no server runs; 0 for one per core", 0, 0, 64);
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("prepare", "Decode a data set into prepared shards, on all nodes of its server or in this process; run again to resume") { name };
        preprocess.AddTo(command);
        codec.AddTo(command);
        Option<string?> clustering = ClusteringOption.ForCommands();
        command.Add(parallel);
        command.Add(store);
        command.Add(clustering);
        command.Add(output);
        command.SetAction(async (parse, cancellationToken) =>
        {
            string uri = parse.GetRequiredValue(store);
            int slots = parse.GetValue(parallel) is > 0 and var asked ? asked : Math.Min(Environment.ProcessorCount, 64);
            var options = new EmbeddedOptions { Agent = new AgentSettings { Slots = slots }, Clustering = ClusteringOption.Of(parse, clustering) };
            PreparedShard[] shards = await RunAsync(context, uri, parse.GetRequiredValue(name), codec.Of(parse, preprocess.Of(parse)), options, cancellationToken);
            Renderer.List(context, output.ValueOf(parse), shards, Columns, "the data set has no images");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<PreparedShard[]> RunAsync(
        CliContext context, string storeUri, string name, PreprocessSpec spec, EmbeddedOptions options, CancellationToken cancellationToken)
    {
        await using IStore store = await StoreFactory.OpenAsync(storeUri, cancellationToken: cancellationToken);
        DatasetManifest manifest = await new DatasetCatalog(store).GetAsync(name, cancellationToken);
        if (await FindAllAsync(store, manifest, spec, cancellationToken) is { } there)
        {
            context.Note($"all {there.Length} shards were there already");
            return there;
        }

        await using (EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(storeUri, options, cancellationToken))
        {
            await ClusterPreparation.RunAsync(context, cluster.Grains, manifest, spec, cancellationToken);
        }

        return await FindAllAsync(store, manifest, spec, cancellationToken)
            ?? throw new Core.StoreException($"shards of '{manifest.Name}' vanished from store '{store.Uri}' right after they were made; run 'vincxr dataset verify {manifest.Name}'");
    }

    /// <returns>Every shard, or null when any is missing.</returns>
    private static async Task<PreparedShard[]?> FindAllAsync(IStore store, DatasetManifest manifest, PreprocessSpec spec, CancellationToken cancellationToken)
    {
        var key = new PreparedKey(manifest.Version, spec, ImagePreparation.Version);
        var builder = new ShardBuilder(store);
        var shards = new List<PreparedShard>();
        foreach (ShardPlan plan in ShardBuilder.Plan(manifest))
        {
            if (await builder.FindAsync(key, plan.Index, cancellationToken) is not { } shard)
            {
                return null;
            }

            shards.Add(shard);
        }

        return [.. shards];
    }

    /// <summary>Makes the shards that are missing in this process, for a verb that needs them at once.</summary>
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
