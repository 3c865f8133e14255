using VinCxr.Core.Annotations;

namespace VinCxr.Data.Datasets;

/// <param name="BlobId">sha256 of the DICOM file, its name in the blob store.</param>
/// <param name="PixelSha256">sha256 of the stored pixel values.</param>
public sealed record DatasetImage(
    string ImageId, string BlobId, long Length, int Rows, int Columns, string TransferSyntax, string Photometric, int BitsStored, string PixelSha256)
{
    /// <summary>What the header says beyond the pixels (sex, age, window, …); null in manifests of builds that did not record it.</summary>
    public ImageFacts? Facts { get; init; }
}

/// <param name="File">File name relative to the images folder.</param>
public sealed record QuarantinedImage(string File, string Reason);

/// <summary>One version of a data set; immutable.</summary>
public sealed record DatasetManifest
{
    public required string Name { get; init; }

    /// <summary>Lower-case hex sha256 of the canonical manifest content (images, annotations, classes), the version's name.</summary>
    public required string Version { get; init; }

    public required ClassList Classes { get; init; }

    /// <summary>In ascending image id order.</summary>
    public required IReadOnlyList<DatasetImage> Images { get; init; }

    public required IReadOnlyList<Annotation> Annotations { get; init; }

    public required IReadOnlyList<QuarantinedImage> Quarantined { get; init; }

    /// <summary>Number of files in which PHI tags were found, by tag.</summary>
    public required IReadOnlyDictionary<string, int> PhiTags { get; init; }

    /// <summary>Total DICOM bytes.</summary>
    public long Bytes => Images.Sum(i => i.Length);
}
