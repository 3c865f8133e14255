using VinCxr.Core.Annotations;

namespace VinCxr.Data.Synthesis;

/// <param name="Count">Images.</param>
/// <param name="Size">Longest side in pixels; sides vary a little as real ones do.</param>
/// <param name="Seed">Same options, same bytes.</param>
/// <param name="NormalFraction">Share of <i>No finding</i> images, about 0.7 in the real set.</param>
/// <param name="Raters">Readers per image.</param>
/// <param name="FindingIds">Findings drawn, ids of <see cref="ClassList.VinBigData"/>; null draws all 14.</param>
public sealed record PhantomOptions(
    int Count, int Size = 512, int Seed = 0, double NormalFraction = 0.7, int Raters = 3, IReadOnlyList<int>? FindingIds = null);

/// <summary>
/// Draws synthetic chest X-rays (ribs, spine, lungs, heart, findings of plausible look and place) and writes them as DICOM files in mixed
/// encodings and bit depths, with a <c>train.csv</c> of several raters who disagree a little.
/// </summary>
public static class PhantomGenerator
{
    /// <summary>Writes <c>{image_id}.dicom</c> files and <c>train.csv</c> into the folder.</summary>
    public static Task WriteAsync(PhantomOptions options, string directory, IProgress<int>? imagesDone = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
