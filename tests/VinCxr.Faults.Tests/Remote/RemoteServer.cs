using System.Globalization;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Faults.Tests.Storm;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Remote;

/// <summary>A real server with simulated trainers that is killed and started again at its old address.</summary>
internal sealed class RemoteServer : IAsyncDisposable
{
    public const int Epochs = 40;

    private readonly TempDirectory _folder = new();
    private readonly SimulatedTrainerCommand _trainer;
    private readonly int _port = FreePorts.Take(1)[0];
    private ServeProcess? _process;

    // A line of its own for every epoch of every attempt.
    private RemoteServer() => _trainer = new SimulatedTrainerCommand(_folder.Path, TimeSpan.FromSeconds(0.5), string.Create(
        CultureInfo.InvariantCulture, $"mishaps:\n{string.Join('\n', Enumerable.Range(1, Epochs).Select(e => $"  - {{kind: log, epoch: {e}, lines: [epoch {e} begins]}}"))}"));

    public string Url => $"http://127.0.0.1:{_port}";

    public string Store => File("store");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RemoteServer> StartAsync()
    {
        var server = new RemoteServer();
        await PhantomGenerator.WriteAsync(new PhantomOptions(8, Size: 64, NormalFraction: 0.25, FindingIds: [0, 3]), server.File("images"), cancellationToken: Cancel);
        await using (var store = await StoreFactory.OpenAsync(server.Store, create: true, Cancel))
        {
            await new DatasetIngest(store).RunAsync("phantoms", server.File("images"), Path.Combine(server.File("images"), "train.csv"), new IngestOptions(), cancellationToken: Cancel);
        }

        await server.StartAgainAsync();
        return server;
    }

    public string File(string name) => _folder.File(name);

    /// <summary>Writes a sweep file of two trials.</summary>
    /// <returns>Its path.</returns>
    public string WriteSweep(string name, int epochs = Epochs)
    {
        string path = File($"{name}.yaml");
        System.IO.File.WriteAllText(path, $$"""
            name: {{name}}
            dataset: phantoms
            preprocess: {size: 64}
            folds: {count: 2, seed: 1}
            model: {variant: n, image_size: 64}
            train: {epochs: {{epochs}}, batch: 4, warmup_epochs: 0}
            """);
        return path;
    }

    /// <summary>How long an epoch takes from now on.</summary>
    public void SetPace(double seconds) => _trainer.SetPace(TimeSpan.FromSeconds(seconds));

    public Task KillAsync() => _process!.KillAsync(Cancel);

    public async Task StartAgainAsync()
    {
        _process?.Dispose();
        _process = await ServeProcess.StartAtAsync(Store, _port, Cancel, ["--slots", "2", "--lease-ttl", "5", "--cache", File("cache"), .. _trainer.Options]);
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
