using System.Globalization;
using VinCxr.Core.Annotations;
using VinCxr.Data.Annotations;
using VinCxr.Data.Csv;

namespace VinCxr.Data.Export;

/// <summary>
/// <c>train.csv</c> as the source has it, with boxes in pixels of the exported images, and <c>images.csv</c> with the sizes, the part of the original
/// shown and, with folds, the fold of each image.
/// </summary>
internal sealed class CsvLayout : IExportLayout
{
    /// <summary>Rater of boxes that several raters were merged into.</summary>
    public const string ConsensusRater = "consensus";

    public async Task<IReadOnlyList<string>> WriteAsync(ExportFolder folder, ExportContent content, CancellationToken cancellationToken)
    {
        var rows = content.Images.SelectMany(image => image.Boxes
            .Select(b => new Annotation(image.Image.ImageId, b.ClassId, b.Rater ?? ConsensusRater, b.Box))
            .Concat(content.Classes.NoFindingId is { } noFinding ? image.NormalRaters.Select(r => new Annotation(image.Image.ImageId, noFinding, r, null)) : []));
        await folder.PutTextAsync("train.csv", text => AnnotationCsv.Write(text, content.Classes, rows), cancellationToken).ConfigureAwait(false);
        await folder.PutTextAsync("images.csv", text => WriteImages(text, content), cancellationToken).ConfigureAwait(false);
        return ["train.csv", "images.csv"];
    }

    private static void WriteImages(TextWriter text, ExportContent content)
    {
        text.Write($"image_id,file,width,height,region_x,region_y,region_width,region_height{(content.Folds is null ? "" : ",fold")}\n");
        foreach (LabelledExport image in content.Images)
        {
            (ExportedImage i, var region) = (image.Image, image.Image.Region);
            string fold = content.Folds is { } folds ? string.Create(CultureInfo.InvariantCulture, $",{folds.FoldOf[i.ImageId]}") : "";
            text.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{CsvTable.Quote(i.ImageId)},{CsvTable.Quote(content.FileOf(image))},{i.Width},{i.Height},{region.X},{region.Y},{region.Width},{region.Height}{fold}\n"));
        }
    }
}
