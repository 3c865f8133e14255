using System.Globalization;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>
/// Size of a storm. <c>VINCXR_STORM_FAULTS</c> faults (25 by default; the long run takes 200), <c>VINCXR_STORM_SEED</c> repeats a run,
/// <c>VINCXR_STORM_REPORT</c> is a file for the report, <c>VINCXR_STORM_LOGS</c> a folder that keeps the silos' output and the decision log,
/// <c>VINCXR_STORM_KINDS</c> draws some kinds only (<c>FreezeAgent,KillTrainer</c>).
/// </summary>
internal sealed record StormOptions(int Faults, int Seed, string? ReportPath, string? LogFolder, IReadOnlyCollection<FaultKind> Kinds)
{
    public const int Variants = 12;
    public const int Folds = 5;
    public const int CheckpointInterval = 1;
    public const int Agents = 4;

    // Twice what the sweep uses, so that a trial that lost its node never has to wait for a slot.
    public const int SlotsPerAgent = 4;
    public const int MaxConcurrent = 8;

    public static readonly TimeSpan LeaseTtl = TimeSpan.FromSeconds(15);

    public static StormOptions FromEnvironment() => new(
        Number("VINCXR_STORM_FAULTS") ?? 25, Number("VINCXR_STORM_SEED") ?? Random.Shared.Next(), Text("VINCXR_STORM_REPORT"), Text("VINCXR_STORM_LOGS"),
        Text("VINCXR_STORM_KINDS") is { } kinds ? [.. kinds.Split(',', StringSplitOptions.TrimEntries).Select(Enum.Parse<FaultKind>)] : Enum.GetValues<FaultKind>());

    /// <summary>Epochs of a trial: enough for the sweep to outlive the storm, whose faults take some ten seconds each.</summary>
    public int Epochs => Math.Max(10, (int)(Faults * MaxConcurrent * (ExpectedPerFault / Pace) / (Variants * Folds)));

    /// <summary>Time an epoch takes during the storm.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ExpectedPerFault = TimeSpan.FromSeconds(12);

    /// <summary>Grid of learning rates; scores follow from the settings, the fold and the seed alone.</summary>
    public string Yaml => $$"""
        name: storm
        dataset: phantoms
        preprocess: {size: 64}
        folds: {count: {{Folds}}, seed: 1}
        model: {variant: n, image_size: 64}
        train: {epochs: {{Epochs}}, batch: 4, warmup_epochs: 0}
        parameters:
          train.lr: {values: [0.001, 0.002, 0.003, 0.004, 0.005, 0.006]}
          train.batch: {values: [4, 8]}
        resources: {max_concurrent: {{MaxConcurrent}}}
        retry: {errors: 1000, preemptions: unlimited}
        checkpoint: {every_epochs: {{CheckpointInterval}}}
        """;

    private static string? Text(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static int? Number(string variable) => int.TryParse(Text(variable), CultureInfo.InvariantCulture, out int value) ? value : null;
}
