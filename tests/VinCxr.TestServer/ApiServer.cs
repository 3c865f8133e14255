using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Orchestration.Simulation;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Keys;
using VinCxr.Testing;
using Xunit;

namespace VinCxr.TestServer;

/// <summary>A real server on a folder store, with a small data set and simulated trainers, to whose results activation maps are added.</summary>
public class ApiServer : IAsyncLifetime
{
    public const string Dataset = "phantoms";
    public const string Node = "node";

    /// <summary>Name of sweeps whose trials store no activation maps.</summary>
    public const string Plain = "plain";

    /// <summary>Far more than a server takes to start or to end on a busy machine; a fixture that waits for ever would hold up the run without a name.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TempDirectory _folder = new();
    private CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A sweep that has ended, of four trials unless a server says otherwise; null on a server that trains for real.</summary>
    public SweepSummary Ended { get; private set; } = null!;

    public string StoreUri => _folder.File("store");

    /// <summary>Further options of a kind of server.</summary>
    protected virtual ServeOptions Configure(ServeOptions options) => options;

    /// <summary>A key made on the store itself, as an administrator does before anybody can ask the server for one.</summary>
    public async Task<CreatedKey> CreateKeyOnStoreAsync(CreateKey key, TimeProvider? clock = null)
    {
        await using var store = await StoreFactory.OpenAsync(StoreUri, create: false);
        return await new DocumentApiKeyStore(store.Documents, clock ?? TimeProvider.System).CreateAsync(key);
    }

    /// <summary>Trials at once.</summary>
    protected virtual int Slots => 4;

    /// <summary>Longest side of the data set's images, pixels.</summary>
    protected virtual int ImageSize => 64;

    /// <summary>Seconds that an epoch takes.</summary>
    protected virtual double EpochSeconds => 0.1;

    protected virtual string EndedYaml => Yaml("ended");

    protected virtual TimeSpan EndLimit => TimeSpan.FromMinutes(1);

    /// <summary>Program and arguments of a real trainer; null simulates it.</summary>
    protected virtual IReadOnlyList<string>? TrainerCommand => null;

    /// <summary>Whether a trial of simulated trainers stores activation maps.</summary>
    protected virtual bool HasMaps(TrainerJob job) => !job.TrialId.StartsWith(Plain, StringComparison.Ordinal);

    /// <summary>How people show who they are.</summary>
    protected virtual AuthMode Auth => AuthMode.None;

    /// <summary>Key of an administrator; <see cref="Client"/> sends it. Null where nobody is asked who they are.</summary>
    public string? AdminKey { get; private set; }

    /// <param name="epochs">Epochs of every trial; a simulated one takes a tenth of a second.</param>
    public static string Yaml(string name, int epochs = 2) => $$"""
        name: {{name}}
        dataset: {{Dataset}}
        preprocess: {size: 64}
        folds: {count: 2, seed: 1}
        model: {image_size: 64}
        train: {epochs: {{epochs}}, batch: 4}
        parameters:
          train.lr: {values: [0.001, 0.002]}
        """;

    public virtual async ValueTask InitializeAsync()
    {
        string images = _folder.File("images");
        await PhantomGenerator.WriteAsync(new PhantomOptions(Count: 12, Size: ImageSize), images);
        await using (var store = await StoreFactory.OpenAsync(StoreUri, create: true))
        {
            await new DatasetIngest(store).RunAsync(Dataset, images, Path.Combine(images, "train.csv"), new IngestOptions(Parallelism: 2));
            if (Auth != AuthMode.None)
            {
                AdminKey = (await new DocumentApiKeyStore(store.Documents, TimeProvider.System).CreateAsync(new CreateKey("root", "admin") { Patients = true })).Key;
            }
        }

        await StartAsync("http://127.0.0.1:0");

        // Tests say what no well-behaved client would.
        var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        Client = new HttpClient(handler) { BaseAddress = new Uri(Address, "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        if (AdminKey is not null)
        {
            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        }

        if (TrainerCommand is null)
        {
            Ended = await WaitAsync((await SubmitAsync(EndedYaml)).Id);
        }
    }

    /// <summary>Ends the server; its store stays.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _serving.WaitAsync(Limit);
    }

    /// <summary>Starts a server that was ended, at the same address.</summary>
    public Task StartAgainAsync()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        return StartAsync(Address.GetLeftPart(UriPartial.Authority));
    }

    public async Task<SweepSummary> SubmitAsync(string yaml, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "sweeps") { Content = new StringContent(yaml, null, "application/yaml") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<SweepSummary>(ApiJson.Options))!;
    }

    /// <summary>Newest first, at most a page.</summary>
    public async Task<IReadOnlyList<SweepSummary>> SweepsAsync() => (await Client.GetFromJsonAsync<Page<SweepSummary>>("sweeps", ApiJson.Options))!.Items;

    public async Task<CreatedKey> CreateKeyAsync(string name)
    {
        using var response = await Client.PostAsJsonAsync("keys", new CreateKey(name, "viewer"), ApiJson.Options);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<CreatedKey>(ApiJson.Options))!;
    }

    /// <returns>The sweep once it has ended.</returns>
    public async Task<SweepSummary> WaitAsync(string sweep) => await Eventually.ReadAsync(
        async () => (await Client.GetFromJsonAsync<Page<SweepSummary>>("sweeps?limit=1000", ApiJson.Options))!.Items.Single(s => s.Id == sweep), s => s.EndedAt is not null,
        "ended", CancellationToken.None, EndLimit);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client?.Dispose();
        await StopAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string urls)
    {
        var script = new SimulationScript { Time = new TimeScript(Startup: 0, Epoch: EpochSeconds) };
        var addresses = new TaskCompletionSource<IReadOnlyList<string>>();
        var options = Configure(new ServeOptions
        {
            Store = StoreUri,
            Urls = urls,
            Agent = new AgentSettings { NodeName = Node, Slots = Slots, SlotMemoryMb = 10_000, TrainerCommand = TrainerCommand },

            // Thousands of requests come from one address.
            Security = new SecurityOptions { Auth = Auth, Limits = new LimitOptions { RequestsPerSecond = 100_000, Burst = 100_000, FailedLoginsPerMinute = 100_000 } },
        });
        _serving = ServeHost.RunServeAsync(options, a => addresses.TrySetResult(a), TrainerCommand is null ? new MapsLauncher(new SimulatedTrainerLauncher(script, TimeProvider.System), HasMaps) : null, cancellationToken: _stop.Token);
        await await Task.WhenAny(addresses.Task, _serving).WaitAsync(Limit);
        Address = new Uri((await addresses.Task)[0]);
    }
}
