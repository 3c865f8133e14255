using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Simulation;
using VinCxr.Data.Datasets;
using VinCxr.Data.Synthesis;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Hosting;
using VinCxr.Orchestration.Simulation;
using VinCxr.Server.Hosting;
using VinCxr.Server.Web;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>One silo and its simulated agents in this process, with a small data set whose shards the agents make.</summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    public const string Dataset = "phantoms";
    private const string ClusterName = "bench";

    private readonly IHost _host;
    private readonly int _gateway;

    private ScaleCluster(IHost host, int gateway)
    {
        (_host, _gateway) = (host, gateway);
        Grains = host.Services.GetRequiredService<IGrainFactory>();
    }

    public IGrainFactory Grains { get; }

    public ISweepRegistryGrain Registry => Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);

    /// <summary>Where the API answers; null without it.</summary>
    public Uri? Address => (_host as WebApplication)?.Urls.Select(u => new Uri(u)).First();

    /// <param name="isServed">With the REST API, as a server has it.</param>
    public static async Task<ScaleCluster> StartAsync(BenchStore bench, SimulationScript script, IEnumerable<SimulatedAgentOptions> agents, bool isServed = false)
    {
        await IngestAsync(bench);
        var serve = new ServeOptions { Store = bench.Store.Uri, Urls = "http://127.0.0.1:0" };
        var web = isServed ? WebApplication.CreateSlimBuilder() : null;
        IHostApplicationBuilder builder = web is not null ? web : Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var (silo, gateway) = FreePorts();
        builder.UseOrleans(orleans => orleans
            .UseLocalhostClustering(silo, gateway, null, ClusterName, ClusterName)
            .Configure<EndpointOptions>(options => options.AdvertisedIPAddress = IPAddress.Loopback)
            .AddVinCxrGrains(bench.Store, new OrchestrationOptions { IsSoleOwner = true }));
        foreach (var agent in agents)
        {
            builder.Services.AddSimulatedAgent(script, agent);
        }

        IHost host = web is null ? ((HostApplicationBuilder)builder).Build() : Serve(web, serve);
        await host.StartAsync();
        return new ScaleCluster(host, gateway);
    }

    /// <summary>Grains as another process reaches them, over TCP.</summary>
    public async Task<IHost> ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, _gateway));
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterName, ClusterName));
            client.Services.AddVinCxrExceptions();
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <param name="trials">Rounded up to whole variants of five folds.</param>
    public async Task<string> SubmitAsync(int trials, int epochs, int slots) => (await Registry.SubmitAsync(new SubmitSweep(
        $$"""
        name: bench
        dataset: {{Dataset}}
        preprocess: {size: 64}
        folds: {count: 5, seed: 1}
        model: {image_size: 64}
        train: {epochs: {{epochs}}, batch: 4}
        parameters:
          train.lr: {min: 1e-5, max: 1, scale: log}
          train.momentum: {min: 0.5, max: 0.99}
        search: {method: random, max_variants: {{(trials + 4) / 5}}}
        resources: {max_concurrent: {{slots}}}
        """))).Id;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }

    private static WebApplication Serve(WebApplicationBuilder web, ServeOptions serve)
    {
        web.Logging.ClearProviders();
        web.WebHost.UseUrls(serve.Urls);
        WebServer.AddTo(web, serve);
        var app = web.Build();
        WebServer.Map(app, serve);
        return app;
    }

    private static async Task IngestAsync(BenchStore bench)
    {
        string folder = Path.Combine(bench.Folder, "images");
        await PhantomGenerator.WriteAsync(new PhantomOptions(Count: 40, Size: 64), folder);
        await new DatasetIngest(bench.Store).RunAsync(Dataset, folder, Path.Combine(folder, "train.csv"), new IngestOptions(Parallelism: 2));
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
