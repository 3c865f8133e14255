using System.Text.Json.Serialization;

namespace VinCxr.Core.Sweeps;

// The sweep file of docs/sweep-file.md as records; snake_case in YAML. Defaults here are the defaults of the file.

/// <summary>A validated sweep: settings that hold for every trial, and the parameters that are searched.</summary>
public sealed record SweepSpec
{
    public required string Name { get; init; }

    /// <summary>Data set name, or <c>name@sha256:...</c> to pin one version.</summary>
    public required string Dataset { get; init; }

    /// <summary>Settings shared by all variants; a variant overrides some of them.</summary>
    public required TrialSettings Settings { get; init; }

    public FoldsSpec Folds { get; init; } = new();

    /// <summary>What is searched, keyed by dotted path such as <c>train.lr</c>, in file order.</summary>
    public IReadOnlyDictionary<string, ParameterSpec> Parameters { get; init; } = new Dictionary<string, ParameterSpec>();

    public SearchSpec Search { get; init; } = new();

    public StopSpec Stop { get; init; } = new();

    public ResourcesSpec Resources { get; init; } = new();

    public RetrySpec Retry { get; init; } = new();

    public CheckpointSpec Checkpoint { get; init; } = new();

    public EnsembleSpec Ensemble { get; init; } = new();

    public BudgetSpec Budget { get; init; } = new();
}

/// <summary>Everything that decides what one trial computes; searched parameters are already put in.</summary>
public sealed record TrialSettings
{
    public LabelsSpec Labels { get; init; } = new();

    public PreprocessSpec Preprocess { get; init; } = new();

    public ModelSpec Model { get; init; } = new();

    public TrainSpec Train { get; init; } = new();

    public AugmentSpec Augment { get; init; } = new();
}

/// <param name="Consensus">How several raters become one truth: <c>wbf</c>, <c>nms</c> or <c>none</c> (every rater's box counts).</param>
/// <param name="Iou">Overlap in (0, 1) above which boxes of one class are the same finding.</param>
public sealed record LabelsSpec(string Consensus = "wbf", double Iou = 0.4);

/// <param name="Size">Longest side of a prepared plane, pixels.</param>
/// <param name="Window"><c>voi</c> (DICOM window or VOI LUT where present) or <c>none</c>.</param>
/// <param name="Transform">Chain of named steps, as <see cref="Transforms.TransformChain"/> writes it; <c>minmax</c> by default.</param>
/// <param name="Bits">8 or 16 bits per stored pixel.</param>
public sealed record PreprocessSpec(int Size = 1024, string Window = "voi", string Transform = "minmax", int Bits = 8)
{
    public const int DefaultQuality = 90;

    /// <summary>How planes are stored inside a prepared shard: one of <see cref="PlaneCodecs.Names"/>.</summary>
    [JsonIgnore]
    public string Codec { get; init; } = PlaneCodecs.Raw;

    /// <summary>JPEG quality, 1 to 100; means nothing to the other codecs.</summary>
    [JsonIgnore]
    public int Quality { get; init; } = DefaultQuality;

    // Prepared sets are named by the hash of this record's JSON: what does not change a single stored byte must not change the JSON either.
    [JsonInclude, JsonPropertyName("codec"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    private string? WrittenCodec
    {
        get => Codec == PlaneCodecs.Raw ? null : Codec;
        init => Codec = value ?? PlaneCodecs.Raw;
    }

    [JsonInclude, JsonPropertyName("quality"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    private int? WrittenQuality
    {
        get => Codec == PlaneCodecs.Jpeg ? Quality : null;
        init => Quality = value ?? DefaultQuality;
    }
}

/// <param name="Count">Number of folds, at least 2.</param>
/// <param name="Seed">Seed of the stratified split.</param>
/// <param name="GroupBy">Which images share a fold: <c>none</c>, <c>near_duplicates</c>, or the name of a grouping stored for the data set.</param>
public sealed record FoldsSpec(int Count = 5, int Seed = 42, string GroupBy = "none");

/// <param name="Family">Model family, <c>yolov5</c>.</param>
/// <param name="Variant">Size within the family: <c>n s m l x</c>.</param>
/// <param name="ImageSize">Square network input in pixels, a multiple of 32.</param>
/// <param name="Weights"><c>none</c> to train from scratch, or the name of imported weights.</param>
public sealed record ModelSpec(string Family = "yolov5", string Variant = "s", int ImageSize = 640, string Weights = "none");

/// <summary>Optimisation settings.</summary>
public sealed record TrainSpec
{
    public int Epochs { get; init; } = 30;

    public int Batch { get; init; } = 16;

    /// <summary>Batches whose gradients are summed before one optimizer step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary><c>sgd</c> (Nesterov), <c>adam</c> or <c>adamw</c>.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>Peak learning rate after warm-up.</summary>
    public double Lr { get; init; } = 0.01;

    /// <summary>Final learning rate as a fraction of <see cref="Lr"/>; cosine in between.</summary>
    public double FinalLrFraction { get; init; } = 0.01;

    public double Momentum { get; init; } = 0.937;

    public double WeightDecay { get; init; } = 5e-4;

    public double WarmupEpochs { get; init; } = 3;

    /// <summary><c>fp32</c> or <c>bf16</c> (autocast; falls back to fp32 where the device lacks it).</summary>
    public string Precision { get; init; } = "fp32";

    public int Seed { get; init; } = 1;

    /// <summary>Decay of the exponential moving average of weights that is evaluated and stored.</summary>
    public double EmaDecay { get; init; } = 0.9999;

    /// <summary>Normal images kept per abnormal image and epoch; 0 keeps all of them.</summary>
    public double NegativeRatio { get; init; }

    /// <summary>Predictions below this confidence are not stored, in [0, 1).</summary>
    public double MinConfidence { get; init; } = 0.001;

    /// <summary>IoU of the class-wise NMS after decoding, in (0, 1].</summary>
    public double NmsIou { get; init; } = 0.5;
}

/// <summary>Augmentation strengths: probabilities in [0, 1], ranges as fractions.</summary>
public sealed record AugmentSpec
{
    public double Mosaic { get; init; } = 1.0;

    public double Cutmix { get; init; }

    public double Mixup { get; init; }

    /// <summary>Probability of a left-right mirror. Keep 0 when classes name a side.</summary>
    public double Hflip { get; init; } = 0.5;

    /// <summary>Random scale gain: factor drawn from 1 ± this.</summary>
    public double Scale { get; init; } = 0.5;

    /// <summary>Random shift as a fraction of the image side.</summary>
    public double Translate { get; init; } = 0.1;

    /// <summary>Random rotation in degrees, ±.</summary>
    public double Degrees { get; init; }

    /// <summary>Additive brightness jitter as a fraction of full scale, ±.</summary>
    public double Brightness { get; init; } = 0.1;

    /// <summary>Multiplicative contrast jitter, factor drawn from 1 ± this.</summary>
    public double Contrast { get; init; } = 0.2;
}

/// <summary>One searched parameter: either listed values or a range.</summary>
public sealed record ParameterSpec
{
    /// <summary>Listed values (string, bool, long or double), or null for a range.</summary>
    public IReadOnlyList<object>? Values { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary><c>linear</c> or <c>log</c>.</summary>
    public string Scale { get; init; } = "linear";

    /// <summary>Rounds drawn values to whole numbers.</summary>
    public bool Whole { get; init; }

    /// <summary>Points of a range under grid search.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>Active only where every named parameter has one of these values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<object>> When { get; init; } = new Dictionary<string, IReadOnlyList<object>>();
}

/// <param name="Method"><c>grid</c>, <c>random</c>, <c>sobol</c> or <c>tpe</c>.</param>
/// <param name="MaxVariants">Upper bound of variants.</param>
/// <param name="Seed">Seed of the search.</param>
public sealed record SearchSpec(string Method = "grid", int MaxVariants = 64, int Seed = 7);

/// <param name="Method"><c>none</c>, <c>median</c>, <c>asha</c>, <c>hyperband</c> or <c>fold_race</c>.</param>
/// <param name="GraceEpochs">Epochs before a trial may be stopped.</param>
/// <param name="Divisor">Reduction factor of successive halving.</param>
public sealed record StopSpec(string Method = "none", int GraceEpochs = 3, int Divisor = 3);

public sealed record ResourcesSpec(double Gpus = 1, int MaxConcurrent = 8, string Queue = "default", int Priority = 50);

/// <param name="Errors">Attempts lost to errors before the trial fails.</param>
/// <param name="Preemptions">Attempts lost to vanished nodes before the trial fails; null is unlimited.</param>
public sealed record RetrySpec(int Errors = 3, int? Preemptions = null)
{
    /// <summary>What log lines of a failed attempt mean; the first that matches holds.</summary>
    public IReadOnlyList<LogPolicy> Policies { get; init; } = [];
}

public sealed record CheckpointSpec(int EveryEpochs = 1, int KeepBest = 1, int KeepLast = 1);

/// <param name="Method">Fusion of the members: <c>wbf</c>, <c>p_sum</c>, <c>nms</c>, <c>soft-nms</c> or <c>nmw</c>.</param>
/// <param name="MaxMembers">Greedy selection stops at this many members (with replacement).</param>
public sealed record EnsembleSpec(string Method = "wbf", int MaxMembers = 8)
{
    /// <summary>Overlap above which members' boxes of one class are merged; the metric's own threshold.</summary>
    public const double Iou = 0.4;
}

/// <param name="GpuHours">Slot hours this sweep may use; null is unlimited.</param>
public sealed record BudgetSpec(double? GpuHours = null);
