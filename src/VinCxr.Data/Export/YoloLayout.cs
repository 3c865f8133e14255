using System.Globalization;
using VinCxr.Core.Annotations;

namespace VinCxr.Data.Export;

/// <summary>
/// <c>labels/ID.txt</c> with a line <c>class cx cy w h</c> per box (classes numbered from 0 in class-list order without <i>No finding</i>; centre and
/// size as shares of the image, six decimals), empty for a normal image; <c>train.txt</c> and <c>val.txt</c> list images; <c>data.yaml</c> names both.
/// </summary>
internal sealed class YoloLayout : IExportLayout
{
    public async Task<IReadOnlyList<string>> WriteAsync(ExportFolder folder, ExportContent content, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelClass> findings = content.Classes.Findings;
        var numberOf = findings.Select((c, number) => (c.Id, number)).ToDictionary(p => p.Id, p => p.number);
        foreach (LabelledExport image in content.Images)
        {
            await folder.PutTextAsync($"labels/{image.Image.ImageId}.txt", text => WriteBoxes(text, image, numberOf), cancellationToken).ConfigureAwait(false);
        }

        List<string> files = [];
        if (content.Folds is not { } folds)
        {
            await PutListAsync("train.txt", content.Images).ConfigureAwait(false);
            await PutYamlAsync("data.yaml", "train.txt", "train.txt", "all images; without folds there is nothing held out").ConfigureAwait(false);
            return files;
        }

        foreach ((int fold, string suffix) in folds.Splits())
        {
            ILookup<bool, LabelledExport> held = content.Images.ToLookup(i => folds.FoldOf[i.Image.ImageId] == fold);
            await PutListAsync($"train{suffix}.txt", held[false]).ConfigureAwait(false);
            await PutListAsync($"val{suffix}.txt", held[true]).ConfigureAwait(false);
            await PutYamlAsync($"data{suffix}.yaml", $"train{suffix}.txt", $"val{suffix}.txt", $"fold {fold} of {folds.Count} held out").ConfigureAwait(false);
        }

        return files;

        async Task PutListAsync(string name, IEnumerable<LabelledExport> images)
        {
            files.Add(name);
            await folder.PutTextAsync(name, text => text.Write(string.Concat(images.Select(i => $"./{content.FileOf(i)}\n"))), cancellationToken).ConfigureAwait(false);
        }

        async Task PutYamlAsync(string name, string train, string validation, string remark)
        {
            files.Add(name);
            string names = string.Concat(findings.Select((c, number) => $"  {number}: '{c.Name.Replace("'", "''", StringComparison.Ordinal)}'\n"));
            string yaml = $"# {content.Dataset}@sha256:{content.Version}: {remark}\npath: .\ntrain: {train}\nval: {validation}\nnc: {findings.Count}\nnames:\n{names}";
            await folder.PutTextAsync(name, text => text.Write(yaml), cancellationToken).ConfigureAwait(false);
        }
    }

    private static void WriteBoxes(TextWriter text, LabelledExport image, Dictionary<int, int> numberOf)
    {
        foreach (ExportedBox box in image.Boxes)
        {
            double cx = (box.Box.XMin + box.Box.XMax) / 2 / image.Image.Width, cy = (box.Box.YMin + box.Box.YMax) / 2 / image.Image.Height;
            double w = box.Box.Width / image.Image.Width, h = box.Box.Height / image.Image.Height;
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{numberOf[box.ClassId]} {cx:0.000000} {cy:0.000000} {w:0.000000} {h:0.000000}\n"));
        }
    }
}
