using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>A box to be fused; all boxes of one call share an image and a class.</summary>
/// <param name="Score">Confidence times the weight of its source.</param>
/// <param name="Source">Index of the model, fold or rater it came from.</param>
internal readonly record struct SourceBox(Box Box, double Score, int Source);

internal readonly record struct FusedBox(Box Box, double Score);
