using VinCxr.Cli.Pictures;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>What a transform does to the boxes of the images shown.</summary>
/// <param name="Cut">Boxes that a crop makes smaller.</param>
/// <param name="Lost">Boxes that lie wholly outside a crop.</param>
/// <param name="AreaKept">Mean share of the image that is left, in (0, 1].</param>
internal sealed record PreviewTally(string Transform, int Images, int Cropped, int Boxes, int Cut, int Lost, double AreaKept)
{
    public static readonly Column<PreviewTally>[] Columns =
    [
        new("transform", "Transform", t => t.Transform),
        new("images", "Images", t => t.Images, AlignRight: true),
        new("cropped", "Cropped", t => t.Cropped, AlignRight: true),
        new("area_kept", "Area kept", t => t.AreaKept, t => $"{t.AreaKept:P1}", AlignRight: true),
        new("boxes", "Boxes", t => t.Boxes, AlignRight: true),
        new("cut", "Cut", t => t.Cut, AlignRight: true),
        new("lost", "Lost", t => t.Lost, AlignRight: true),
    ];

    public static PreviewTally Of(string transform, IReadOnlyList<PreviewCell> cells) => new(
        transform,
        cells.Count,
        cells.Count(c => c.IsCropped),
        cells.Sum(c => c.Truth.Boxes.Count),
        cells.Sum(c => c.Cut),
        cells.Sum(c => c.Lost),
        cells.Average(c => c.AreaKept));
}

/// <param name="File">The sheet.</param>
/// <param name="Images">Ids, top to bottom.</param>
internal sealed record PreviewResult(string File, IReadOnlyList<string> Images, IReadOnlyList<PreviewTally> Transforms);
