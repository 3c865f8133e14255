using VinCxr.Core.Trials;

namespace VinCxr.TestServer;

/// <summary>The same server with one sweep of 10,000 trials that has ended.</summary>
public sealed class LargeSweepServer : ApiServer
{
    public const int Variants = 2000;
    public const int Folds = 5;
    public const int Trials = Variants * Folds;

    protected override int Slots => 64;

    protected override double EpochSeconds => 0;

    protected override TimeSpan EndLimit => TimeSpan.FromMinutes(10);

    protected override bool HasMaps(TrainerJob job) => false;

    protected override string EndedYaml => $$"""
        name: large
        dataset: {{Dataset}}
        preprocess: {size: 64}
        folds: {count: {{Folds}}, seed: 1}
        model: {image_size: 64}
        train: {epochs: 1, batch: 4}
        parameters:
          train.lr: {min: 1e-5, max: 1, scale: log}
          train.momentum: {min: 0.5, max: 0.99}
        search: {method: random, max_variants: {{Variants}}}
        resources: {max_concurrent: {{Slots}}}
        """;
}
