using VinCxr.Contracts.Sharding;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sharding;

/// <summary>Plans of prepared sets as grains know them.</summary>
public static class ShardSets
{
    public static ShardSetPlan Plan(DatasetManifest manifest, PreprocessSpec spec) =>
        Plan($"{manifest.Name}@sha256:{manifest.Version}", new PreparedKey(manifest.Version, spec, ImagePreparation.Version), manifest.Images.Count);

    internal static ShardSetPlan Plan(string datasetReference, PreparedKey key, int images) => new(
        key.Id, datasetReference, key.DatasetVersion, StateJson.Write(key.Spec), (images + ShardBuilder.ImagesPerShard - 1) / ShardBuilder.ImagesPerShard, images);
}
