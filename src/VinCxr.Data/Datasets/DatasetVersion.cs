using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core.Annotations;

namespace VinCxr.Data.Datasets;

/// <summary>
/// Names a version by what it holds: classes, images and annotations, but not its name, its quarantine or when it was made. Facts of the images
/// are left out: they follow from the files, and builds that record more of them must give the same data the same name.
/// </summary>
public static class DatasetVersion
{
    /// <param name="images">In ascending image id order.</param>
    /// <param name="annotations">In the order of <see cref="Sort"/>.</param>
    /// <returns>Lower-case hex sha256.</returns>
    public static string Compute(ClassList classes, IReadOnlyList<DatasetImage> images, IReadOnlyList<Annotation> annotations) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new Content(classes, [.. images.Select(i => i with { Facts = null })], annotations), DataJson.Options)));

    /// <summary>Canonical order, so that shuffled rows are the same version.</summary>
    public static IReadOnlyList<Annotation> Sort(IEnumerable<Annotation> annotations) =>
    [
        .. annotations
            .OrderBy(a => a.ImageId, StringComparer.Ordinal)
            .ThenBy(a => a.RaterId, StringComparer.Ordinal)
            .ThenBy(a => a.ClassId)
            .ThenBy(a => a.Box?.XMin).ThenBy(a => a.Box?.YMin).ThenBy(a => a.Box?.XMax).ThenBy(a => a.Box?.YMax),
    ];

    private sealed record Content(ClassList Classes, IReadOnlyList<DatasetImage> Images, IReadOnlyList<Annotation> Annotations);
}
