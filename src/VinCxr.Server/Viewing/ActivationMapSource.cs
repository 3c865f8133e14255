using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Activations;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;

namespace VinCxr.Server.Viewing;

/// <summary>Activation maps of trials; the indices of the last few are kept.</summary>
internal sealed class ActivationMapSource(IStore store)
{
    /// <summary>An index of 3,000 images takes some 1 MB.</summary>
    private const int Kept = 12;

    private readonly AsyncCache<string, StoredActivationMaps> _opened = new(Kept);

    /// <param name="plane">The caller's.</param>
    /// <returns>The map of an image, still in the store.</returns>
    /// <exception cref="NotFoundException">No such trial, it has no maps, or none of this image.</exception>
    /// <exception cref="StoreException">Its maps are damaged.</exception>
    public async Task<ActivationMapResult> OfTrialAsync(IControlPlane plane, string trial, string image, CancellationToken cancellationToken)
    {
        var details = await plane.GetTrialAsync(trial, cancellationToken);
        var (id, state) = (details.Summary.Id, details.Summary.State);
        string blob = details.ActivationMapsBlob ?? throw new NotFoundException($"trial '{id}' is {state} and has no activation maps");
        var maps = await _opened.GetOrAddAsync(blob, key => StoredActivationMaps.OpenAsync(store, key, CancellationToken.None));
        return maps.Contains(image)
            ? new ActivationMapResult(maps, image)
            : throw new NotFoundException($"trial '{id}' has no activation map of image '{image}': it is none of the {maps.Count} images held out of its training");
    }
}
