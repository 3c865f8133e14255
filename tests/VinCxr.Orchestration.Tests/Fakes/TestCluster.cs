using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Simulation;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Hosting;
using VinCxr.Orchestration.Simulation;
using VinCxr.Orchestration.Trials;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>One silo over a file store in a folder that outlives it, with an agent whose trainers are scripted.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly IHost _host;

    private TestCluster(IHost host, FaultyStore store)
    {
        (_host, Store) = (host, store);
        Grains = host.Services.GetRequiredService<IGrainFactory>();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public IGrainFactory Grains { get; }

    public string SiloAddress => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    /// <summary>Sound until a test says that it is away.</summary>
    public FaultyStore Store { get; }

    public ISweepRegistryGrain Registry => Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);

    /// <param name="folder">The store is its subfolder <c>store</c>; <see cref="TinyDataset"/> is ingested when it is new.</param>
    /// <param name="trainer">Null for a silo without an agent.</param>
    /// <param name="rest">Time a trial rests after an error; none by default.</param>
    /// <param name="beforeRead">Awaited before a document of this id is read.</param>
    public static Task<TestCluster> StartAsync(
        TempDirectory folder, FakeTrainer? trainer, int slots = 2, TimeSpan? hangTimeout = null, TimeSpan rest = default, Func<string, Task>? beforeRead = null) =>
        StartAsync(
            folder,
            services =>
            {
                if (trainer is not null)
                {
                    AddAgent(services, folder, trainer, slots, hangTimeout);
                }
            },
            rest,
            beforeRead);

    /// <summary>As <see cref="StartAsync(TempDirectory, FakeTrainer?, int, TimeSpan?, TimeSpan, Func{string, Task}?)"/>, but with simulated agents.</summary>
    public static Task<TestCluster> StartSimulatedAsync(TempDirectory folder, SimulationScript script, SimulatedAgentOptions[] agents) =>
        StartAsync(folder, services => Array.ForEach(agents, agent => services.AddSimulatedAgent(script, agent)));

    private static async Task<TestCluster> StartAsync(
        TempDirectory folder, Action<IServiceCollection> addAgents, TimeSpan rest = default, Func<string, Task>? beforeRead = null)
    {
        bool isNew = !Directory.Exists(folder.File("store"));
        var store = new FaultyStore(await StoreFactory.OpenAsync(folder.File("store"), create: true, Cancel)) { BeforeRead = beforeRead ?? (_ => Task.CompletedTask) };
        if (isNew)
        {
            await TinyDataset.IngestAsync(store, folder.Path);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var (silo, gateway) = FreePorts();
        builder.UseOrleans(orleans => orleans
            .UseLocalhostClustering(silo, gateway, null, "test", $"{Guid.NewGuid():N}")
            .AddVinCxrGrains(store, new OrchestrationOptions
            {
                LeaseTtl = TimeSpan.FromSeconds(3),
                ReconcileInterval = TimeSpan.FromSeconds(1),
                BootstrapResamples = 20,
                RetryBackoff = new RetryBackoff(rest, rest),
                IsSoleOwner = true,
            }));
        addAgents(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return new TestCluster(host, store);
    }

    private static void AddAgent(IServiceCollection services, TempDirectory folder, FakeTrainer trainer, int slots, TimeSpan? hangTimeout) => services.AddVinCxrAgent(
        new AgentOptions
        {
            NodeName = "node",
            Slots = slots,
            CacheDirectory = folder.File("cache"),
            WorkDirectory = folder.File("work"),
            PollInterval = TimeSpan.FromMilliseconds(50),
            HangTimeout = hangTimeout ?? TimeSpan.FromMinutes(1),
        },
        trainer);

    /// <summary>A sweep of two learning rates on two folds with three epochs, unless told otherwise.</summary>
    public static string Yaml(string extra = "", string rates = "[0.01, 0.1]") =>
        $$"""
        name: My Sweep
        dataset: {{TinyDataset.Name}}
        preprocess: {size: 32}
        folds: {count: 2, seed: 1}
        model: {image_size: 64}
        train: {epochs: 3, batch: 4}
        parameters:
          train.lr: {values: {{rates}}}
        {{extra}}
        """;

    public async Task<string> SubmitAsync(string yaml) => (await Registry.SubmitAsync(new SubmitSweep(yaml))).Id;

    public ISweepGrain Sweep(string id) => Grains.GetGrain<ISweepGrain>(id);

    public ITrialGrain Trial(string id) => Grains.GetGrain<ITrialGrain>(id);

    public ITrialLeaseGrain Lease(string trialId) => Grains.GetGrain<ITrialLeaseGrain>(trialId);

    public Task<Leaderboard> LeaderboardAsync(string id) => Grains.GetGrain<ILeaderboardGrain>(id).GetAsync();

    public Task<QueueSummary> QueueAsync() => Grains.GetGrain<ISchedulerGrain>("default").GetAsync();

    public Task<SweepDetails> SweepWhenAsync(string id, Func<SweepDetails, bool> wanted, string what) =>
        Eventually.ReadAsync(() => Sweep(id).GetAsync(), wanted, what, Cancel);

    /// <summary>The sweep once this many of its trials stand in line: trials are listed before they know their plan.</summary>
    public async Task<SweepDetails> InLineAsync(string id, int trials)
    {
        await Eventually.ReadAsync(QueueAsync, q => q.Waiting.Count(w => w.TrialId.StartsWith($"{id}-", StringComparison.Ordinal)) == trials, "in line", Cancel);
        return await Sweep(id).GetAsync();
    }

    public Task<SweepDetails> EndOfAsync(string id) => SweepWhenAsync(id, s => s.Summary.EndedAt is not null, "ended");

    public async Task<string[]> DecisionsAsync(string id) => [.. (await Sweep(id).GetDecisionsAsync(0)).Select(d => d.Text)];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }

        await Store.DisposeAsync();
    }

    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
