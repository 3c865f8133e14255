using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Trials;

/// <summary>
/// Everything a trainer process needs, as one JSON file; every path is local. The trainer never touches the store.
/// </summary>
public sealed record TrainerJob
{
    public required string TrialId { get; init; }

    /// <summary>Lease epoch of this attempt, echoed in every message.</summary>
    public required long LeaseEpoch { get; init; }

    public required int Fold { get; init; }

    public required TrialSettings Settings { get; init; }

    public required CheckpointSpec Checkpoint { get; init; }

    public required ClassList Classes { get; init; }

    /// <summary>Folder for checkpoints and predictions of this attempt; exists and is empty.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>Prepared shard files that together hold all images of both lists.</summary>
    public required IReadOnlyList<string> ShardPaths { get; init; }

    public required IReadOnlyList<LabelledImage> TrainImages { get; init; }

    /// <summary>The held-out fold; predictions on these are the out-of-fold predictions.</summary>
    public required IReadOnlyList<LabelledImage> ValidationImages { get; init; }

    /// <summary>Checkpoint file of this trial to go on from, or null to start afresh.</summary>
    public string? ResumeFrom { get; init; }

    /// <summary>Checkpoint file of another trial to start from, or null; means nothing beside <see cref="ResumeFrom"/>.</summary>
    public string? StartFrom { get; init; }

    /// <summary>True to take the weights of <see cref="StartFrom"/> only (warm start); false to go on from its epoch (fork).</summary>
    public bool StartFresh { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>; which GPU is decided by CUDA_VISIBLE_DEVICES.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Indices of the devices given to this attempt; several are a gang.</summary>
    public IReadOnlyList<int> Devices { get; init; } = [0];

    /// <summary>Threads for tensor work; 0 leaves the library's default.</summary>
    public int Threads { get; init; }

    /// <summary>Halvings of the batch after out-of-memory attempts; accumulation doubles as often.</summary>
    public int BatchHalvings { get; init; }

    /// <summary>Factor on the learning rate, below 1 after a loss that was not finite.</summary>
    public double LrFactor { get; init; } = 1;

    /// <summary>
    /// True when the agent says <c>committed</c> of every checkpoint: the trainer then sends the next one only after that, and so is never more than one
    /// ahead of what is safe.
    /// </summary>
    public bool AwaitsCommits { get; init; }
}

/// <summary>An image with its consensus boxes in original pixels; empty for a normal image.</summary>
/// <param name="Width">Columns of the original image.</param>
/// <param name="Height">Rows of the original image.</param>
/// <param name="IsNormal">True when raters said <i>No finding</i>; false with no boxes means unlabelled and is not trained on.</param>
public sealed record LabelledImage(string ImageId, int Width, int Height, bool IsNormal, IReadOnlyList<LabelledBox> Boxes);

/// <param name="Weight">Share of raters who agree, in (0, 1].</param>
public readonly record struct LabelledBox(int ClassId, Box Box, double Weight);
