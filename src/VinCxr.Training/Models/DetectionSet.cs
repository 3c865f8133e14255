using VinCxr.Core.Detection;

namespace VinCxr.Training.Models;

/// <summary>Detections of one image, by falling confidence; the three arrays have one entry per detection.</summary>
/// <param name="Boxes">In pixels of the network input, clipped to it.</param>
/// <param name="Confidences">In [0, 1].</param>
/// <param name="ClassIds">0..classes-1.</param>
public sealed record DetectionSet(Box[] Boxes, double[] Confidences, int[] ClassIds)
{
    public int Count => Boxes.Length;

    /// <summary>Where they come from, when <see cref="PredictOptions.Maps"/> asks for it and the model has it.</summary>
    public ConfidenceMap? Map { get; init; }
}

/// <param name="MinConfidence">Boxes below this are dropped, in [0, 1).</param>
/// <param name="NmsIou">Overlap above which the weaker of two boxes of one class is dropped, in (0, 1].</param>
/// <param name="MaxDetections">Detections kept per image after NMS.</param>
/// <param name="MaxCandidates">Most confident (box, class) pairs per image that enter NMS.</param>
/// <param name="Maps">Give <see cref="DetectionSet.Map"/> as well.</param>
public sealed record PredictOptions(double MinConfidence = 0.001, double NmsIou = 0.5, int MaxDetections = 300, int MaxCandidates = 3000, bool Maps = false);
