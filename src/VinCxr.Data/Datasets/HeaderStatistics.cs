using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Datasets;

/// <param name="Value">As text for people, <c>none</c> where images have no value.</param>
public sealed record ValueCount(string Value, int Images);

/// <summary>Smallest, largest and in between of a whole number over images (nearest rank).</summary>
public sealed record SizeQuantiles(int Min, int P05, int Median, int P95, int Max);

/// <summary>What the headers of a data set's images say, as counts of images; every list is in falling order of images.</summary>
/// <param name="WithoutFacts">Images of builds that recorded nothing beyond the pixels; they are in none of the lists from <see cref="Bits"/> on.</param>
/// <param name="Bits">As <c>16 allocated, 12 stored, unsigned</c>.</param>
/// <param name="Windows">First windows, as <c>centre / width</c>; the most common ones.</param>
/// <param name="Sizes">As <c>columns x rows</c>; the most common ones.</param>
/// <param name="SharedFiles">Images beyond the first of each file: one content under several names.</param>
/// <param name="SharedPixels">Files beyond the first of each set of equal pixels: other headers around one picture.</param>
public sealed record HeaderStatistics(
    IReadOnlyList<ValueCount> TransferSyntaxes, IReadOnlyList<ValueCount> Photometric, IReadOnlyList<ValueCount> Sizes, SizeQuantiles Rows,
    SizeQuantiles Columns, int SharedFiles, int SharedPixels, int WithoutFacts, IReadOnlyList<ValueCount> Bits, IReadOnlyList<ValueCount> WindowCount,
    IReadOnlyList<ValueCount> Windows, IReadOnlyList<ValueCount> Rescale, IReadOnlyList<ValueCount> PixelSpacing, IReadOnlyList<ValueCount> Manufacturers,
    IReadOnlyList<ValueCount> Modalities, IReadOnlyList<ValueCount> ViewPositions, IReadOnlyList<ValueCount> Sex, int WithAge)
{
    private const int MostCommon = 10;
    private const string None = "none";

    /// <param name="images">At least one.</param>
    public static HeaderStatistics Of(IReadOnlyList<DatasetImage> images)
    {
        ImageFacts[] facts = [.. images.Select(i => i.Facts).OfType<ImageFacts>()];
        int distinctFiles = images.DistinctBy(i => i.BlobId).Count();
        int distinctPixels = images.DistinctBy(i => i.PixelSha256).Count();
        return new HeaderStatistics(
            Count(images, i => TransferSyntax.Of(i.TransferSyntax).ToString()),
            Count(images, i => i.Photometric.Length == 0 ? None : i.Photometric),
            Top(images, i => $"{i.Columns} x {i.Rows}"),
            Quantiles(images.Select(i => i.Rows)),
            Quantiles(images.Select(i => i.Columns)),
            images.Count - distinctFiles,
            distinctFiles - distinctPixels,
            images.Count - facts.Length,
            Count(images.Where(i => i.Facts is not null), i => $"{i.Facts!.BitsAllocated} allocated, {i.BitsStored} stored, {(i.Facts.Signed ? "signed" : "unsigned")}"),
            Count(facts, f => (f.Windows, f.HasVoiLut) switch
            {
                (0, false) => None,
                (0, true) => "VOI LUT",
                var (windows, hasLut) => $"{windows}{(hasLut ? " and VOI LUT" : "")}",
            }),
            Top(facts, f => f.WindowCenter is { } center ? FormattableString.Invariant($"{center} / {f.WindowWidth}") : None),
            Top(facts, f => FormattableString.Invariant($"x {f.RescaleSlope} + {f.RescaleIntercept}")),
            Top(facts, f => f.PixelSpacing ?? None),
            Top(facts, f => f.Manufacturer ?? None),
            Count(facts, f => f.Modality ?? None),
            Count(facts, f => f.ViewPosition ?? None),
            Count(facts, f => f.Sex ?? None),
            facts.Count(f => f.Age is not null));
    }

    private static ValueCount[] Top<T>(IEnumerable<T> items, Func<T, string> value) => [.. Count(items, value).Take(MostCommon)];

    private static ValueCount[] Count<T>(IEnumerable<T> items, Func<T, string> value) =>
        [.. items.CountBy(value).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => new ValueCount(c.Key, c.Value))];

    private static SizeQuantiles Quantiles(IEnumerable<int> values)
    {
        int[] sorted = [.. values.Order()];
        return new SizeQuantiles(sorted[0], At(0.05), At(0.5), At(0.95), sorted[^1]);

        int At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
