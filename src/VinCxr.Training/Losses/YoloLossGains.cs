namespace VinCxr.Training.Losses;

/// <summary>
/// Weights of the three parts of YOLOv5's loss. The defaults are the published ones, but for the floor under objectness: scaled by
/// area it falls to 0.02 at 96 pixels, where confidences lag behind the boxes (150 steps on seven rectangles: 0.93, 0.77, 0.75 for the
/// best three, with the floor 0.98, 0.97, 0.96). The floor acts below 453 x 453 pixels only.
/// </summary>
/// <param name="Box">Gain of 1 - CIoU.</param>
/// <param name="Class">Gain of the class loss at 80 classes; scaled by classes / 80.</param>
/// <param name="Objectness">Gain of the objectness loss at 640 x 640 pixels; scaled by the input's area relative to that.</param>
/// <param name="MinObjectness">Lower bound of the scaled objectness gain; 0 is the published loss at every size.</param>
public sealed record YoloLossGains(double Box = 0.05, double Class = 0.5, double Objectness = 1.0, double MinObjectness = 0.5)
{
    private const double ReferenceArea = 640.0 * 640.0;
    private const double ReferenceClasses = 80.0;

    /// <summary>Objectness gain for a network input of this size in pixels.</summary>
    public double ObjectnessAt(long height, long width) => Math.Max(MinObjectness, Objectness * height * width / ReferenceArea);

    public double ClassAt(int classes) => Class * classes / ReferenceClasses;
}
