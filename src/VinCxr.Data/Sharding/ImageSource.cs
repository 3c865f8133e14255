using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Prepares images of a store by one spec.</summary>
internal sealed class ImageSource(IStore store, IDicomReader reader, PreprocessSpec spec)
{
    private readonly ImageFiles _files = new(store);

    /// <exception cref="StoreException">The blob is missing or damaged.</exception>
    /// <exception cref="DicomException">It cannot be prepared; the message names the image.</exception>
    public Task<Plane> PrepareAsync(DatasetImage image, CancellationToken cancellationToken) =>
        _files.UseAsync(image, file => Prepare(image, file), cancellationToken);

    private Plane Prepare(DatasetImage image, ReadOnlyMemory<byte> file)
    {
        try
        {
            return PlaneSource.FromBytes(file, spec, reader);
        }
        catch (DicomException error)
        {
            throw new DicomException($"image '{image.ImageId}' cannot be prepared: {error.Message}", error);
        }
    }
}
