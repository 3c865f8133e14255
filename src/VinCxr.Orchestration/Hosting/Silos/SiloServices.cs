using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Placement;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>What makes a silo one among several.</summary>
public static class SiloServices
{
    /// <summary>Names the silo, keeps grains away from GPU nodes, and hands a death sentence to <paramref name="fate"/> instead of ending the process.</summary>
    /// <param name="name">Made by <see cref="SiloName.Create"/>.</param>
    public static ISiloBuilder AddVinCxrSilo(this ISiloBuilder silo, string name, SiloFate fate)
    {
        silo.Configure<SiloOptions>(options => options.SiloName = name);
        silo.Services.AddSingleton(fate);
        silo.Services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler, FatalErrors>());
        silo.AddOutgoingGrainCallFilter<VoiceOfTheDead>();
        silo.AddGrainPlacement();
        silo.Services.AddHostedService<ClusterNews>();
        if (SiloName.IsGpu(name))
        {
            silo.Services.AddHostedService<GrainsGoHome>();
        }

        return silo;
    }

    private static void AddGrainPlacement(this ISiloBuilder silo)
    {
        silo.Services.AddPlacementFilter<AwayFromGpus, AwayFromGpusDirector>(ServiceLifetime.Transient);
        silo.Services.AddSingleton<IGrainPropertiesProvider, AwayFromGpusProperties>();
    }
}
