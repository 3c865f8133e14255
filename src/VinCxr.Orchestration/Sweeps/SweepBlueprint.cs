using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Sharding;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What follows from a sweep's request alone: its spec, hashes and the plans of its trials and shard sets.</summary>
internal sealed class SweepBlueprint(string sweepId, CreateSweep request)
{
    public SweepSpec Spec { get; } = SweepFile.ParseOrThrow(request.Yaml);

    public string DatasetReference { get; } = $"{request.DatasetName}@sha256:{request.DatasetVersion}";

    public string SpecHash => SweepFile.Hash(Spec);

    /// <summary>Labels that folds and scores rest on; no variant may search them, or scores would not compare.</summary>
    public LabelsSpec ScoringLabels => Spec.Settings.Labels;

    public string FoldsId => LabelSource.FoldsId(request.DatasetVersion, ScoringLabels, Spec.Folds);

    public EnsembleSettings Ensemble => new(Spec.Ensemble.Method, EnsembleSpec.Iou, Spec.Ensemble.MaxMembers);

    public PreparedKey PreparedKeyOf(Variant variant) => new(request.DatasetVersion, variant.Settings.Preprocess, ImagePreparation.Version);

    /// <summary>Cross-validation reads every labelled image, and shards mix them with the others, so a trial needs the whole set.</summary>
    public ShardSetPlan ShardSetOf(Variant variant, int images) => ShardSets.Plan(DatasetReference, PreparedKeyOf(variant), images);

    public IEnumerable<TrialPlan> TrialsOf(Variant variant) => Enumerable.Range(0, Spec.Folds.Count).Select(fold => new TrialPlan(
        SweepNames.TrialId(sweepId, variant.Id, fold),
        sweepId,
        variant.Id,
        fold,
        variant.Settings.Train.Epochs,
        variant.Settings.Train.Batch,
        DatasetReference,
        FoldsId,
        PreparedKeyOf(variant).Id,
        StateJson.Write(variant.Settings),
        StateJson.Write(ScoringLabels),
        StateJson.Write(Spec.Checkpoint),
        Spec.Checkpoint.KeepLast,
        Spec.Checkpoint.KeepBest,
        Spec.Retry.Errors,
        Spec.Retry.Preemptions,
        Describe(variant),
        PoliciesJson: Spec.Retry.Policies.Count > 0 ? StateJson.Write(Spec.Retry.Policies) : null));

    public static Dictionary<string, string> Describe(Variant variant) => variant.Parameters.ToDictionary(p => p.Key, p => $"{p.Value}");
}
