namespace VinCxr.EndToEnd.Tests;

/// <summary>The smallest sweep that still has variants, folds and an ensemble.</summary>
internal static class SmallSweep
{
    public const string Name = "small";

    public const string Yaml = """
        name: small
        dataset: phantoms
        preprocess: {size: 64}
        folds: {count: 2, seed: 42}
        model: {family: yolov5, variant: n, image_size: 64}
        train: {epochs: 2, batch: 4, optimizer: adamw, lr: 0.002, warmup_epochs: 0, min_confidence: 0.0001}
        augment: {mosaic: 0, hflip: 0}
        parameters:
          train.lr: {values: [0.002, 0.004]}
        resources: {max_concurrent: 2}
        ensemble: {method: wbf, max_members: 2}
        """;
}
