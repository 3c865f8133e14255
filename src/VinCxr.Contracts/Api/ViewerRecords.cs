namespace VinCxr.Contracts.Api;

/// <summary>Corners in pixels of the original image.</summary>
public sealed record Corners(double XMin, double YMin, double XMax, double YMax);

/// <summary>One image of a data set, for lists.</summary>
/// <param name="IsNormal">Whether raters found nothing; null for an image that nobody has read.</param>
/// <param name="Classes">Ids of the findings, ascending.</param>
public sealed record ImageEntry(string Id, int Columns, int Rows, bool? IsNormal, IReadOnlyList<int> Classes);

/// <summary>One image with what a trial or an ensemble made of it, for lists.</summary>
/// <param name="IsNormal">Whether raters found nothing; null for an image that nobody has read.</param>
/// <param name="Classes">Ids of the true findings, ascending.</param>
/// <param name="HighestFalse">Confidence of its most confident false detection, or null without any.</param>
/// <param name="AllFoundUpTo">
/// Highest confidence threshold at which every true box is found: 1 without true boxes, null where one is found at none. At a threshold t the image
/// holds an error when <paramref name="HighestFalse"/> is at least t, or this is below t.
/// </param>
public sealed record ReviewedImage(string Id, int Columns, int Rows, bool? IsNormal, IReadOnlyList<int> Classes, double? HighestFalse, double? AllFoundUpTo);

/// <summary>What the data set knows of an image.</summary>
/// <param name="PixelSha256">sha256 of the stored pixel values.</param>
/// <param name="Header">What the file's header says of patient and device, name to text; what it does not say is left out.</param>
/// <param name="Raters">Boxes as drawn, rater by rater.</param>
/// <param name="Consensus">The raters' boxes fused (WBF at IoU 0.4); sweeps may fuse in other ways.</param>
/// <param name="IsNormal">Whether raters found nothing; null for an image that nobody has read.</param>
public sealed record ImageDetails(
    string Id, string Dataset, int Columns, int Rows, string TransferSyntax, string Photometric, int BitsStored, string PixelSha256,
    IReadOnlyDictionary<string, string> Header, IReadOnlyList<RaterBoxes> Raters, IReadOnlyList<ConsensusBox> Consensus, bool? IsNormal);

/// <param name="Boxes">Empty when the rater found nothing.</param>
public sealed record RaterBoxes(string Rater, IReadOnlyList<FindingBox> Boxes);

public sealed record FindingBox(int ClassId, Corners Box);

/// <param name="Weight">Share of raters who agree, in (0, 1].</param>
public sealed record ConsensusBox(int ClassId, Corners Box, double Weight);

/// <summary>Detections and true boxes of one image, matched as the score matches them (IoU above 0.4).</summary>
/// <param name="Detections">Without the class <i>No finding</i>; from the highest confidence down.</param>
/// <param name="NoFinding">Confidence that the image is normal, or null where none was predicted.</param>
public sealed record ImageReview(string Id, IReadOnlyList<ReviewedDetection> Detections, IReadOnlyList<ReviewedTruth> Truths, double? NoFinding);

/// <param name="Truth">Place of the true box it matches in <see cref="ImageReview.Truths"/>, or null for a false detection.</param>
public sealed record ReviewedDetection(int ClassId, double Confidence, Corners Box, int? Truth);

/// <param name="FoundAt">Confidence of the detection that matches it, or null when none does: at thresholds above it the box is missed.</param>
public sealed record ReviewedTruth(int ClassId, Corners Box, double? FoundAt);

/// <summary>A step that a chain of image transforms may hold.</summary>
/// <param name="Target">What it changes: Levels, Pixels, or the Region that is kept.</param>
/// <param name="Usage">As a chain may write it, with every option at its default.</param>
public sealed record TransformStepInfo(string Name, string Target, string Effect, string Usage);
