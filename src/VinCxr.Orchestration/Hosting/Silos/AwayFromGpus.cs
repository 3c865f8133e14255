using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>Our grains live on silos of role control or all; GPU nodes, which come and go, hold them only when nothing else is there.</summary>
internal sealed class AwayFromGpus : PlacementFilterStrategy
{
    public AwayFromGpus()
        : base(order: 0)
    {
    }
}

internal sealed class AwayFromGpusDirector(IClusterMembershipService membership) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var members = membership.CurrentSnapshot.Members;
        SiloAddress[] all = [.. silos];
        SiloAddress[] preferred = [.. all.Where(s => members.TryGetValue(s, out var member) && !SiloName.IsGpu(member.Name))];
        return preferred.Length > 0 ? preferred : all;
    }
}

/// <summary>Puts the filter on every grain class of this assembly, so that a new one cannot be forgotten.</summary>
internal sealed class AwayFromGpusProperties(IServiceProvider services) : IGrainPropertiesProvider
{
    private static readonly AwayFromGpus Filter = new();

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainClass.Assembly == typeof(AwayFromGpus).Assembly)
        {
            Filter.PopulateGrainProperties(services, grainClass, grainType, properties);
        }
    }
}
