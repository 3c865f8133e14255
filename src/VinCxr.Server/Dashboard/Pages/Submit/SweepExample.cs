namespace VinCxr.Server.Dashboard.Pages.Submit;

/// <summary>A sweep file to start from.</summary>
/// <param name="Title">What it does, for a list.</param>
internal sealed record SweepExample(string Title, string Settings)
{
    /// <summary>Stands in for a data set where there is none yet.</summary>
    private const string NoDataset = "my-data";

    /// <summary>From little to much.</summary>
    public static IReadOnlyList<SweepExample> All { get; } =
    [
        new("One setting on every fold", """
            folds: {count: 3, seed: 42}
            model: {family: yolov5, variant: s, image_size: 640}
            train: {epochs: 30, batch: 16, lr: 0.01}

            """),
        new("Grid of learning rates and sizes", """
            folds: {count: 3, seed: 42}
            model: {family: yolov5, image_size: 640}
            train: {epochs: 30, batch: 16}
            parameters:                  # every combination is trained on every fold
              train.lr: {values: [0.003, 0.01, 0.03]}
              model.variant: {values: [n, s]}

            """),
        new("Search that learns, weak trials stopped early", """
            folds: {count: 5, seed: 42}
            model: {family: yolov5, image_size: 640}
            train: {epochs: 50, batch: 16}
            augment: {mosaic: 1.0, hflip: 0.5}
            parameters:
              train.lr: {min: 1e-4, max: 1e-2, scale: log}
              train.weight_decay: {min: 1e-5, max: 1e-3, scale: log}
              model.variant: {values: [s, m]}
            search: {method: tpe, max_variants: 24, seed: 7}
            stop: {method: asha, grace_epochs: 5, divisor: 3}
            resources: {max_concurrent: 8, queue: default, priority: 50}
            budget: {gpu_hours: 200}

            """),
    ];

    /// <summary>The file for a data set.</summary>
    /// <param name="dataset">Its name, or null where there is none.</param>
    public string For(string? dataset) => $"name: {dataset ?? NoDataset}-sweep\ndataset: {dataset ?? NoDataset}\n{Settings}";
}
