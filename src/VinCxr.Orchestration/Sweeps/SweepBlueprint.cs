using System.Globalization;
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
    private readonly Dictionary<PreprocessSpec, string> _preparedIds = [];
    private string? _specHash;

    public SweepSpec Spec { get; } = SweepFile.ParseOrThrow(request.Yaml);

    public string DatasetReference { get; } = $"{request.DatasetName}@sha256:{request.DatasetVersion}";

    public string SpecHash => _specHash ??= SweepFile.Hash(Spec);

    /// <summary>Labels that folds and scores rest on; no variant may search them, or scores would not compare.</summary>
    public LabelsSpec ScoringLabels => Spec.Settings.Labels;

    public string FoldsId => LabelSource.FoldsId(request.DatasetVersion, ScoringLabels, Spec.Folds);

    public EnsembleSettings Ensemble => new(Spec.Ensemble.Method, EnsembleSpec.Iou, Spec.Ensemble.MaxMembers);

    public string PreparedIdOf(Variant variant)
    {
        var preprocess = variant.Settings.Preprocess;
        return _preparedIds.TryGetValue(preprocess, out string? id) ? id : _preparedIds[preprocess] = PreparedKeyOf(variant).Id;
    }

    /// <summary>Cross-validation reads every labelled image, and shards mix them with the others, so a trial needs the whole set.</summary>
    public ShardSetPlan ShardSetOf(Variant variant, int images) => ShardSets.Plan(DatasetReference, PreparedKeyOf(variant), images);

    /// <summary>What decides how much memory a trial of the variant takes.</summary>
    public static string MemoryProfileOf(Variant variant)
    {
        var (model, train) = (variant.Settings.Model, variant.Settings.Train);
        return string.Create(CultureInfo.InvariantCulture, $"{model.Family} {model.Variant} {model.ImageSize} batch {train.Batch} {train.Precision}");
    }

    /// <summary>The variant's trials as they stand before anyone has heard of them.</summary>
    public IEnumerable<TrialSummary> PendingTrialsOf(Variant variant) => Enumerable.Range(0, Spec.Folds.Count).Select(fold => new TrialSummary(
        SweepNames.TrialId(sweepId, variant.Id, fold), sweepId, variant.Id, fold, TrialState.Pending, 0, 0, variant.Settings.Train.Epochs, null, null, null));

    public static string SettingsJsonOf(Variant variant)
    {
        var settings = variant.Settings;

        // Where its weights come from is said by the plan's checkpoint, which a trainer can read; other trials it cannot.
        return StateJson.Write(WarmStart.TrialOf(settings.Model.Weights) is null ? settings : settings with { Model = settings.Model with { Weights = "none" } });
    }

    /// <param name="start">Checkpoint to start from, or null.</param>
    public TrialPlan PlanOf(Variant variant, int fold, StartPoint? start) => new(
        SweepNames.TrialId(sweepId, variant.Id, fold),
        sweepId,
        variant.Id,
        fold,
        variant.Settings.Train.Epochs,
        variant.Settings.Train.Batch,
        DatasetReference,
        FoldsId,
        PreparedIdOf(variant),
        SettingsJsonOf(variant),
        StateJson.Write(ScoringLabels),
        StateJson.Write(Spec.Checkpoint),
        Spec.Checkpoint.KeepLast,
        Spec.Checkpoint.KeepBest,
        Spec.Retry.Errors,
        Spec.Retry.Preemptions,
        Describe(variant),
        StartBlob: start?.Blob,
        StartSeal: start is null ? null : sweepId,
        StartFresh: start?.Source is not null,
        PoliciesJson: Spec.Retry.Policies.Count > 0 ? StateJson.Write(Spec.Retry.Policies) : null);

    public static Dictionary<string, string> Describe(Variant variant) => variant.Parameters.ToDictionary(p => p.Key, p => $"{p.Value}");

    private PreparedKey PreparedKeyOf(Variant variant) => new(request.DatasetVersion, variant.Settings.Preprocess, ImagePreparation.Version);
}
