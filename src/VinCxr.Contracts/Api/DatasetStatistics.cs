namespace VinCxr.Contracts.Api;

/// <summary>Counts that describe one version of a data set. Nothing of any single patient.</summary>
/// <param name="Images">Images of the version.</param>
/// <param name="AnnotatedImages">Images that a rater has read; boxes and raters per image are counted over these.</param>
/// <param name="Boxes">Of all raters.</param>
/// <param name="NoFindingImages">Images of which every rater says that nothing is to be found.</param>
/// <param name="OverlapImages">Images with two boxes of an IoU above 0.4.</param>
/// <param name="Classes">Ascending ids.</param>
/// <param name="BoxesPerImage">Ascending numbers of boxes, with the images that have so many.</param>
/// <param name="RatersPerImage">Ascending numbers of raters, with the images that have so many.</param>
/// <param name="Shapes">
/// Boxes by area (columns, logarithmic, from 0.0001 of the image to all of it) and width / height (rows, logarithmic, from 8 down to 1/8); null without boxes.
/// </param>
/// <param name="NormalKappa">Fleiss' kappa of "is anything on this image?"; null where chance explains all.</param>
/// <param name="Sizes">The most frequent sizes, most frequent first.</param>
/// <param name="DistinctSizes">How many sizes there are.</param>
/// <param name="TransferSyntaxes">Encodings by name, most frequent first.</param>
/// <param name="Bits">As <c>16 allocated, 12 stored, unsigned</c>.</param>
public sealed record DatasetStatistics(
    string Name,
    string Version,
    int Images,
    int AnnotatedImages,
    int Boxes,
    int NoFindingImages,
    int OverlapImages,
    IReadOnlyList<ClassStatistics> Classes,
    IReadOnlyList<NumberImages> BoxesPerImage,
    IReadOnlyList<NumberImages> RatersPerImage,
    CountGrid? Shapes,
    IReadOnlyList<RaterStatistics> Raters,
    double? NormalKappa,
    IReadOnlyList<SizeImages> Sizes,
    int DistinctSizes,
    IReadOnlyList<ValueImages> TransferSyntaxes,
    IReadOnlyList<ValueImages> Photometric,
    IReadOnlyList<ValueImages> Bits);

/// <param name="Boxes">0 for the class that says that nothing is to be found.</param>
/// <param name="F1">2 x matched boxes / all boxes over pairs of raters of an image; null when none drew any.</param>
/// <param name="Kappa">Fleiss' kappa of "is this finding on this image?"; null where chance explains all.</param>
/// <param name="Centres">Where the centres of its boxes lie on the image, from the top left; null without boxes.</param>
public sealed record ClassStatistics(int ClassId, string Name, int Boxes, int Images, double? F1, double? Kappa, CountGrid? Centres);

/// <param name="Images">Images read, normal ones included.</param>
public sealed record RaterStatistics(string Rater, int Images, int AbnormalImages, int Boxes);

/// <param name="Cells">Cells along each side.</param>
/// <param name="Counts">Row by row from the top left.</param>
public sealed record CountGrid(int Cells, IReadOnlyList<int> Counts);

public sealed record NumberImages(int Number, int Images);

public sealed record SizeImages(int Width, int Height, int Images);

public sealed record ValueImages(string Value, int Images);
