using VinCxr.Core.Fusion;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Every setting of the sweep file but its parameters, in the order in which it is written.</summary>
internal static class SweepSchema
{
    public static IReadOnlyList<Field> Fields { get; } =
    [
        Text("name", s => s.Name, (s, v) => s with { Name = v }),
        Text("dataset", s => s.Dataset, (s, v) => s with { Dataset = v }),

        Choice("labels.consensus", ["wbf", "nms", "none"], s => s.Settings.Labels.Consensus, (s, v) => Labels(s, l => l with { Consensus = v })),
        Real("labels.iou", s => s.Settings.Labels.Iou, (s, v) => Labels(s, l => l with { Iou = v })) with { Min = 0, MinExclusive = true, Max = 0.99 },

        Whole("preprocess.size", s => s.Settings.Preprocess.Size, (s, v) => Preprocess(s, p => p with { Size = v })) with { Min = 32, Max = 8192 },
        Choice("preprocess.window", ["voi", "none"], s => s.Settings.Preprocess.Window, (s, v) => Preprocess(s, p => p with { Window = v })),
        Text("preprocess.transform", s => s.Settings.Preprocess.Transform, (s, v) => Preprocess(s, p => p with { Transform = v }))
            with { Searchable = true, Grammar = Transform },
        Whole("preprocess.bits", s => s.Settings.Preprocess.Bits, (s, v) => Preprocess(s, p => p with { Bits = v })) with { Choices = ["8", "16"] },
        Choice("preprocess.codec", PlaneCodecs.Names, s => s.Settings.Preprocess.Codec, (s, v) => Preprocess(s, p => p with { Codec = v })) with { Later = true },
        Whole("preprocess.quality", s => s.Settings.Preprocess.Quality, (s, v) => Preprocess(s, p => p with { Quality = v })) with { Min = 1, Max = 100, Later = true },

        Whole("folds.count", s => s.Folds.Count, (s, v) => s with { Folds = s.Folds with { Count = v } }) with { Min = 2, Max = 100 },
        Whole("folds.seed", s => s.Folds.Seed, (s, v) => s with { Folds = s.Folds with { Seed = v } }) with { Min = int.MinValue, Max = int.MaxValue },
        Text("folds.group_by", s => s.Folds.GroupBy, (s, v) => s with { Folds = s.Folds with { GroupBy = v } }),

        Choice("model.family", [.. ModelFamilies.All.Keys], s => s.Settings.Model.Family, (s, v) => Model(s, m => m with { Family = v })),
        Text("model.variant", s => s.Settings.Model.Variant, (s, v) => Model(s, m => m with { Variant = v })) with { Searchable = true },
        Whole("model.image_size", s => s.Settings.Model.ImageSize, (s, v) => Model(s, m => m with { ImageSize = v })) with { Min = 32, Max = 4096, MultipleOf = 32 },
        Text("model.weights", s => s.Settings.Model.Weights, (s, v) => Model(s, m => m with { Weights = v })) with { Searchable = true },

        Whole("train.epochs", s => s.Settings.Train.Epochs, (s, v) => Train(s, t => t with { Epochs = v })) with { Min = 1, Max = 100_000 },
        Whole("train.batch", s => s.Settings.Train.Batch, (s, v) => Train(s, t => t with { Batch = v })) with { Min = 1, Max = 4096 },
        Whole("train.accumulate", s => s.Settings.Train.Accumulate, (s, v) => Train(s, t => t with { Accumulate = v })) with { Min = 1, Max = 1024 },
        Choice("train.optimizer", ["sgd", "adam", "adamw"], s => s.Settings.Train.Optimizer, (s, v) => Train(s, t => t with { Optimizer = v })),
        Real("train.lr", s => s.Settings.Train.Lr, (s, v) => Train(s, t => t with { Lr = v })) with { Min = 0, MinExclusive = true, Max = 10 },
        Real("train.final_lr_fraction", s => s.Settings.Train.FinalLrFraction, (s, v) => Train(s, t => t with { FinalLrFraction = v })) with { Min = 0, Max = 1 },
        Real("train.momentum", s => s.Settings.Train.Momentum, (s, v) => Train(s, t => t with { Momentum = v })) with { Min = 0, Max = 0.9999 },
        Real("train.weight_decay", s => s.Settings.Train.WeightDecay, (s, v) => Train(s, t => t with { WeightDecay = v })) with { Min = 0, Max = 1 },
        Real("train.warmup_epochs", s => s.Settings.Train.WarmupEpochs, (s, v) => Train(s, t => t with { WarmupEpochs = v })) with { Min = 0, Max = 1000 },
        Choice("train.precision", ["fp32", "bf16"], s => s.Settings.Train.Precision, (s, v) => Train(s, t => t with { Precision = v })),
        Whole("train.seed", s => s.Settings.Train.Seed, (s, v) => Train(s, t => t with { Seed = v })) with { Min = int.MinValue, Max = int.MaxValue },
        Real("train.ema_decay", s => s.Settings.Train.EmaDecay, (s, v) => Train(s, t => t with { EmaDecay = v })) with { Min = 0, Max = 0.999999 },
        Real("train.negative_ratio", s => s.Settings.Train.NegativeRatio, (s, v) => Train(s, t => t with { NegativeRatio = v })) with { Min = 0, Max = 1000 },
        Real("train.min_confidence", s => s.Settings.Train.MinConfidence, (s, v) => Train(s, t => t with { MinConfidence = v })) with { Min = 0, Max = 0.99 },
        Real("train.nms_iou", s => s.Settings.Train.NmsIou, (s, v) => Train(s, t => t with { NmsIou = v })) with { Min = 0, MinExclusive = true, Max = 1 },

        Fraction("augment.mosaic", s => s.Settings.Augment.Mosaic, (s, v) => Augment(s, a => a with { Mosaic = v })),
        Fraction("augment.cutmix", s => s.Settings.Augment.Cutmix, (s, v) => Augment(s, a => a with { Cutmix = v })),
        Fraction("augment.mixup", s => s.Settings.Augment.Mixup, (s, v) => Augment(s, a => a with { Mixup = v })),
        Fraction("augment.hflip", s => s.Settings.Augment.Hflip, (s, v) => Augment(s, a => a with { Hflip = v })),
        Fraction("augment.scale", s => s.Settings.Augment.Scale, (s, v) => Augment(s, a => a with { Scale = v })) with { Max = 0.95 },
        Fraction("augment.translate", s => s.Settings.Augment.Translate, (s, v) => Augment(s, a => a with { Translate = v })) with { Max = 0.9 },
        Real("augment.degrees", s => s.Settings.Augment.Degrees, (s, v) => Augment(s, a => a with { Degrees = v })) with { Min = 0, Max = 180 },
        Fraction("augment.brightness", s => s.Settings.Augment.Brightness, (s, v) => Augment(s, a => a with { Brightness = v })),
        Fraction("augment.contrast", s => s.Settings.Augment.Contrast, (s, v) => Augment(s, a => a with { Contrast = v })) with { Max = 0.95 },

        Choice("search.method", ["grid", "random", "sobol", "tpe"], s => s.Search.Method, (s, v) => s with { Search = s.Search with { Method = v } }),
        Whole("search.max_variants", s => s.Search.MaxVariants, (s, v) => s with { Search = s.Search with { MaxVariants = v } }) with { Min = 1, Max = 100_000 },
        Whole("search.seed", s => s.Search.Seed, (s, v) => s with { Search = s.Search with { Seed = v } }) with { Min = int.MinValue, Max = int.MaxValue },

        Choice("stop.method", ["none", "median", "asha", "hyperband", "fold_race"], s => s.Stop.Method, (s, v) => s with { Stop = s.Stop with { Method = v } }),
        Whole("stop.grace_epochs", s => s.Stop.GraceEpochs, (s, v) => s with { Stop = s.Stop with { GraceEpochs = v } }) with { Min = 1, Max = 100_000 },
        Whole("stop.divisor", s => s.Stop.Divisor, (s, v) => s with { Stop = s.Stop with { Divisor = v } }) with { Min = 2, Max = 100 },

        Real("resources.gpus", s => s.Resources.Gpus, (s, v) => s with { Resources = s.Resources with { Gpus = v } }) with { Min = 0, MinExclusive = true, Max = 64 },
        Whole("resources.max_concurrent", s => s.Resources.MaxConcurrent, (s, v) => s with { Resources = s.Resources with { MaxConcurrent = v } }) with { Min = 1, Max = 100_000 },
        Text("resources.queue", s => s.Resources.Queue, (s, v) => s with { Resources = s.Resources with { Queue = v } }),
        Whole("resources.priority", s => s.Resources.Priority, (s, v) => s with { Resources = s.Resources with { Priority = v } }) with { Min = 0, Max = 100 },

        Whole("retry.errors", s => s.Retry.Errors, (s, v) => s with { Retry = s.Retry with { Errors = v } }) with { Min = 0, Max = 1000 },
        new Field("retry.preemptions", FieldKind.Whole, s => (long?)s.Retry.Preemptions, (s, v) => s with { Retry = s.Retry with { Preemptions = (int?)(long?)v } })
            with { Min = 0, Max = 1_000_000, Unlimited = true },
        new Field("retry.policies", FieldKind.List, s => s.Retry.Policies, (s, v) => s with { Retry = s.Retry with { Policies = (IReadOnlyList<LogPolicy>)v! } })
            with { ReadNode = PolicyList.Read, WriteNode = v => PolicyList.Write((IReadOnlyList<LogPolicy>)v), Later = true },

        Whole("checkpoint.every_epochs", s => s.Checkpoint.EveryEpochs, (s, v) => s with { Checkpoint = s.Checkpoint with { EveryEpochs = v } }) with { Min = 1, Max = 100_000 },
        Whole("checkpoint.keep_best", s => s.Checkpoint.KeepBest, (s, v) => s with { Checkpoint = s.Checkpoint with { KeepBest = v } }) with { Min = 0, Max = 1000 },
        Whole("checkpoint.keep_last", s => s.Checkpoint.KeepLast, (s, v) => s with { Checkpoint = s.Checkpoint with { KeepLast = v } }) with { Min = 1, Max = 1000 },

        Choice("ensemble.method", [.. FusionMethods.ByName.Keys], s => s.Ensemble.Method, (s, v) => s with { Ensemble = s.Ensemble with { Method = v } }),
        Whole("ensemble.max_members", s => s.Ensemble.MaxMembers, (s, v) => s with { Ensemble = s.Ensemble with { MaxMembers = v } }) with { Min = 1, Max = 1000 },

        new Field("budget.gpu_hours", FieldKind.Real, s => s.Budget.GpuHours, (s, v) => s with { Budget = new BudgetSpec((double?)v) })
            with { Min = 0, MinExclusive = true, Unlimited = true },
    ];

    private static readonly Dictionary<string, Field> ByPath = Fields.ToDictionary(f => f.Path);

    /// <summary>Sections, that is first parts of dotted paths.</summary>
    public static IReadOnlyList<string> Sections { get; } = [.. Fields.Where(f => f.Path.Contains('.')).Select(f => f.Path[..f.Path.IndexOf('.')]).Distinct()];

    public static Field? Find(string path) => ByPath.GetValueOrDefault(path);

    // Preprocessing, labels and precision-free settings of a trial may all be searched; the rest describes the sweep itself.
    private static bool IsSearchable(string path) =>
        path.StartsWith("train.", StringComparison.Ordinal) || path.StartsWith("augment.", StringComparison.Ordinal) ||
        path.StartsWith("model.", StringComparison.Ordinal) || path.StartsWith("preprocess.", StringComparison.Ordinal);

    private static Field Text(string path, Func<SweepSpec, string> get, Func<SweepSpec, string, SweepSpec> set) =>
        new(path, FieldKind.Text, get, (s, v) => set(s, (string)v!));

    private static (object? Value, string? Error) Transform(string text) =>
        TransformChain.Parse(text) is var (chain, errors) && chain is not null ? (chain.ToString(), null) : (null, string.Join("; ", errors));

    private static Field Choice(string path, IReadOnlyList<string> choices, Func<SweepSpec, string> get, Func<SweepSpec, string, SweepSpec> set) =>
        Text(path, get, set) with { Choices = choices, Searchable = IsSearchable(path) };

    private static Field Whole(string path, Func<SweepSpec, int> get, Func<SweepSpec, int, SweepSpec> set) =>
        new(path, FieldKind.Whole, s => (long)get(s), (s, v) => set(s, (int)(long)v!)) { Searchable = IsSearchable(path) };

    private static Field Real(string path, Func<SweepSpec, double> get, Func<SweepSpec, double, SweepSpec> set) =>
        new(path, FieldKind.Real, s => get(s), (s, v) => set(s, (double)v!)) { Searchable = IsSearchable(path) };

    private static Field Fraction(string path, Func<SweepSpec, double> get, Func<SweepSpec, double, SweepSpec> set) =>
        Real(path, get, set) with { Min = 0, Max = 1 };

    private static SweepSpec Labels(SweepSpec spec, Func<LabelsSpec, LabelsSpec> change) =>
        spec with { Settings = spec.Settings with { Labels = change(spec.Settings.Labels) } };

    private static SweepSpec Preprocess(SweepSpec spec, Func<PreprocessSpec, PreprocessSpec> change) =>
        spec with { Settings = spec.Settings with { Preprocess = change(spec.Settings.Preprocess) } };

    private static SweepSpec Model(SweepSpec spec, Func<ModelSpec, ModelSpec> change) =>
        spec with { Settings = spec.Settings with { Model = change(spec.Settings.Model) } };

    private static SweepSpec Train(SweepSpec spec, Func<TrainSpec, TrainSpec> change) =>
        spec with { Settings = spec.Settings with { Train = change(spec.Settings.Train) } };

    private static SweepSpec Augment(SweepSpec spec, Func<AugmentSpec, AugmentSpec> change) =>
        spec with { Settings = spec.Settings with { Augment = change(spec.Settings.Augment) } };
}
