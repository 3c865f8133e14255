using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Data.Annotations;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Data.Synthesis.Findings;

namespace VinCxr.Data.Synthesis;

/// <param name="Count">Images.</param>
/// <param name="Size">Longest side in pixels, 64 to 4096; sides vary a little as real ones do.</param>
/// <param name="Seed">Same options, same bytes.</param>
/// <param name="NormalFraction">Share of <i>No finding</i> images, about 0.7 in the real set.</param>
/// <param name="Raters">Readers per image, 1 to 17.</param>
/// <param name="FindingIds">Findings drawn, ids of <see cref="ClassList.VinBigData"/>; null draws all 14.</param>
public sealed record PhantomOptions(
    int Count, int Size = 512, int Seed = 0, double NormalFraction = 0.7, int Raters = 3, IReadOnlyList<int>? FindingIds = null);

/// <summary>
/// Draws synthetic chest X-rays (ribs, spine, lungs, heart, findings of plausible look and place) and writes them as DICOM files in mixed
/// encodings and bit depths, with a <c>train.csv</c> of several raters who disagree a little.
/// </summary>
public static class PhantomGenerator
{
    /// <summary>Writes <c>{image_id}.dicom</c> files and, last, <c>train.csv</c> into the folder, which is made when missing.</summary>
    /// <param name="imagesDone">Told the number of images written so far, in rising order.</param>
    /// <exception cref="InvalidInputException">An option is out of range (all are named), or the folder cannot be written.</exception>
    public static async Task WriteAsync(
        PhantomOptions options, string directory, IProgress<int>? imagesDone = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<int> classIds = Check(options);
        var rows = new IReadOnlyList<Annotation>[options.Count];
        var gate = new Lock();
        int done = 0;
        try
        {
            Directory.CreateDirectory(directory);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, options.Count, parallel, async (index, cancel) =>
            {
                PhantomStudy study = PhantomStudy.Make(options, classIds, index);
                await File.WriteAllBytesAsync(Path.Combine(directory, study.ImageId + ".dicom"), DicomWriter.Write(study.Content), cancel);
                rows[index] = study.Annotations;
                lock (gate)
                {
                    imagesDone?.Report(++done);
                }
            });
            await WriteAnnotationsAsync(Path.Combine(directory, "train.csv"), rows.SelectMany(r => r), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot write phantoms to '{directory}': {e.Message}", e);
        }
    }

    private static async Task WriteAnnotationsAsync(string path, IEnumerable<Annotation> rows, CancellationToken cancellationToken)
    {
        using var text = new StringWriter();
        AnnotationCsv.Write(text, ClassList.VinBigData, rows);
        string partial = path + ".partial";
        await File.WriteAllTextAsync(partial, text.ToString(), cancellationToken);
        File.Move(partial, path, overwrite: true);
    }

    /// <returns>The class ids to draw.</returns>
    private static IReadOnlyList<int> Check(PhantomOptions options)
    {
        var errors = new List<string>();
        void Require(bool condition, string message)
        {
            if (!condition)
            {
                errors.Add(message);
            }
        }

        IReadOnlyList<int> known = [.. PhantomFindings.All.Select(f => f.ClassId)];
        IReadOnlyList<int> ids = options.FindingIds?.Distinct().ToList() ?? known;
        Require(options.Count >= 1, $"count {options.Count} must be at least 1");
        Require(options.Size is >= 64 and <= 4096, $"size {options.Size} must be 64 to 4096");
        Require(options.NormalFraction is >= 0 and <= 1, $"normal fraction {options.NormalFraction} must be between 0 and 1");
        Require(options.Raters is >= 1 and <= RaterPanel.Readers, $"raters {options.Raters} must be 1 to {RaterPanel.Readers}");
        Require(ids.Count > 0, "no findings chosen; give at least one class id");
        foreach (int id in ids.Except(known))
        {
            errors.Add($"finding {id} is unknown; allowed are {known[0]} to {known[^1]}");
        }

        return errors.Count == 0 ? ids : throw new InvalidInputException("phantom options", errors);
    }
}
