using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Storage;
using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Hosting.Silos;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Hosting;

/// <summary>What a silo needs to hold the grains, and what any process needs to talk to them.</summary>
public static class OrchestrationServices
{
    /// <summary>Grains, their storage in the store, and a wake-up of unfinished sweeps when the silo is up.</summary>
    /// <param name="store">Stays owned by the caller.</param>
    public static ISiloBuilder AddVinCxrGrains(this ISiloBuilder silo, IStore store, OrchestrationOptions options)
    {
        silo.Services.AddSingleton(store);
        silo.Services.AddSingleton(options);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<LabelSource>();
        silo.Services.AddVinCxrExceptions();
        silo.Services.AddKeyedSingleton<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (_, _) => new StoreGrainStorage(store));
        silo.Services.AddSingleton<IGrainStorage>(services => services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME));
        silo.AddStartupTask((services, _) =>
            services.GetRequiredService<IGrainFactory>().GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).WakeAsync());
        return silo;
    }

    /// <summary>The agent of this silo. Register after Orleans: hosted services stop in reverse order, and leases are handed back through grains.</summary>
    public static IServiceCollection AddVinCxrAgent(this IServiceCollection services, AgentOptions options, ITrainerLauncher launcher)
    {
        services.AddSingleton(options);
        services.AddSingleton(provider => provider.GetService<SiloFate>() is { } fate ? new MortalLauncher(launcher, fate) : launcher);
        services.AddHostedService<TrialAgent>();
        return services;
    }

    /// <summary>Lets the errors that people can cause cross from grains to callers as what they are.</summary>
    public static IServiceCollection AddVinCxrExceptions(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("VinCxr"));
}
