using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Server.Hosting;

/// <summary>The long-running server: grains, agent and web endpoints of one store.</summary>
public static class ServeHost
{
    /// <summary>Serves until cancelled or told to end by the operating system (SIGTERM, Ctrl+C).</summary>
    /// <param name="started">Called once with the addresses it answers on.</param>
    /// <param name="launcher">Starts trainers; null starts processes.</param>
    /// <exception cref="InvalidInputException">Options are wrong; all mistakes are listed.</exception>
    /// <exception cref="ConflictException">Another process serves this store.</exception>
    public static async Task RunServeAsync(
        ServeOptions options, Action<IReadOnlyList<string>>? started = null, ITrainerLauncher? launcher = null, CancellationToken cancellationToken = default)
    {
        ServeOptionsValidator.ValidateOrThrow(options);
        await using var store = await StoreFactory.OpenAsync(options.Store, create: true, cancellationToken);
        using var storeLock = Take(store);
        var silo = SiloSettings.OnFreePorts();
        await using var app = Build(options, store, silo, launcher, isSoleOwner: storeLock is not null);
        await StartAsync(app, options, cancellationToken);

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        storeLock?.Announce(silo.Describe("serve", options.HasAgent, addresses));
        started?.Invoke(addresses);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static StoreLock? Take(IStore store)
    {
        if (StoreLock.DirectoryOf(store.Uri) is not { } directory)
        {
            return null;
        }

        return StoreLock.TryTake(directory) ?? throw new ConflictException(
            $"store '{store.Uri}' is served already{(ServerRecord.Read(StoreLock.RecordPath(directory)) is { } other ? $" by process {other.Pid}" : "")}; "
            + "end that one first, or serve another store");
    }

    private static WebApplication Build(ServeOptions options, IStore store, SiloSettings silo, ITrainerLauncher? launcher, bool isSoleOwner)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        var cluster = new OrchestrationOptions { LeaseTtl = options.LeaseTtl, IsSoleOwner = isSoleOwner };
        silo.AddTo(builder, store, cluster, options.HasAgent ? options.Agent : null, launcher);

        var app = builder.Build();
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet("/readyz", () => ReadyAsync(store));
        return app;
    }

    private static async Task StartAsync(WebApplication app, ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new ConflictException($"'{options.Urls}' cannot be listened on: {error.Message}; give another address with --urls", error);
        }
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> ReadyAsync(IStore store)
    {
        try
        {
            await store.Documents.FindAsync("server", "ready");
            return TypedResults.Text("ready");
        }
        catch (StoreException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
