using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Formats;

/// <param name="Sample">Images measured; 0 or more than there are measures all.</param>
/// <param name="Size">Longest side of the images that are encoded; 0 keeps their size.</param>
/// <param name="Seed">Seed of the sample.</param>
public sealed record FormatOptions(int Sample, int Size, string Transform, int Seed, IReadOnlyList<int> JpegQualities);

/// <param name="Total">Bytes of the whole set.</param>
/// <param name="EncodeMs">Median milliseconds per image, one core; null for the DICOM files, which are there already.</param>
/// <param name="DecodeMs">Median milliseconds per image to the plane in memory, one core.</param>
/// <param name="PutMBps">Millions of bytes per second into the store, one blob at a time.</param>
/// <param name="Psnr">Mean over images in dB against the 16-bit plane; null when all images are equal to it.</param>
/// <param name="Ssim">Mean over images; null when the images are smaller than the window.</param>
public sealed record FormatResult(
    string Format, SizeEstimate Total, double BytesPerPixel, double? EncodeMs, double DecodeMs, double PutMBps, double GetMBps, double? Psnr, double? Ssim, double? WorstSsim);

/// <param name="Pixels">Pixels of the whole set at the size studied.</param>
public sealed record FormatStudyReport(string Dataset, string Version, int Images, int Measured, long Pixels, IReadOnlyList<FormatResult> Formats);

/// <summary>Measures what a data set costs in each image format: bytes, time to encode and decode, transfer through the store, and what is lost.</summary>
/// <param name="reader">Null for <see cref="DicomReaders.Default"/>.</param>
public sealed class FormatStudy(IStore store, IDicomReader? reader = null)
{
    private const string Kind = "format-study";
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);
    private readonly IDicomReader _reader = reader ?? DicomReaders.Default;

    /// <summary>
    /// One image after the other on one core, so that times mean something. What is put into the store carries a nonce, so that it is never the
    /// same blob as real content, and is deleted again; leftovers of a killed study are deleted by the next one after a day.
    /// </summary>
    public async Task<FormatStudyReport> RunAsync(
        DatasetManifest manifest, FormatOptions options, IProgress<int>? done = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        await DeleteLeftoversAsync((time ?? TimeProvider.System).GetUtcNow() - Abandoned, cancellationToken).ConfigureAwait(false);
        DatasetImage[] sample = Sample(manifest, options);
        Tally[] tallies = [new("dicom"), .. PlaneFormat.All(options.JpegQualities).Select(f => new Tally(f.Name))];
        int finished = 0;
        foreach (DatasetImage image in sample)
        {
            await MeasureAsync(image, options, tallies, cancellationToken).ConfigureAwait(false);
            done?.Report(++finished);
        }

        long pixels = manifest.Images.Sum(i => PixelsOf(i, options.Size));
        return new(
            manifest.Name, manifest.Version, manifest.Images.Count, sample.Length, pixels,
            [
                .. tallies.Select(t => t.Result(
                    t.Name == "dicom" ? new SizeEstimate(manifest.Bytes, manifest.Bytes, manifest.Bytes) : SizeEstimate.Of(t.Sizes, manifest.Images.Count, pixels), pixels)),
            ]);
    }

    private static DatasetImage[] Sample(DatasetManifest manifest, FormatOptions options)
    {
        DatasetImage[] all = [.. manifest.Images];
        if (options.Sample <= 0 || options.Sample >= all.Length)
        {
            return all;
        }

        new Random(options.Seed).Shuffle(all);
        return all[..options.Sample];
    }

    private static long PixelsOf(DatasetImage image, int size)
    {
        (int width, int height) = size > 0 ? AreaReduction.Fit(image.Columns, image.Rows, size) : (image.Columns, image.Rows);
        return (long)width * height;
    }

    private async Task MeasureAsync(DatasetImage image, FormatOptions options, Tally[] tallies, CancellationToken cancellationToken)
    {
        var spec = new PreprocessSpec(options.Size > 0 ? options.Size : Math.Max(image.Rows, image.Columns), "voi", options.Transform, Bits: 16);
        byte[] file = await ReadAsync(image.BlobId, cancellationToken).ConfigureAwait(false);
        (Plane reference, double dicomMs) = Timed(() => ImagePreparation.Prepare(_reader.Read(file), spec));
        Plane narrow = To8Bits(reference);
        long pixels = (long)reference.Width * reference.Height;
        PlaneFormat?[] formats = [null, .. PlaneFormat.All(options.JpegQualities)];
        foreach ((Tally tally, PlaneFormat? format) in tallies.Zip(formats))
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] bytes = file;
            if (format is null)
            {
                tally.Add(pixels, file.Length, encodeMs: null, dicomMs, psnr: double.PositiveInfinity, ssim: 1);
            }
            else
            {
                Plane source = format.Bits == 16 ? reference : narrow;
                (bytes, double encodeMs) = Timed(() => format.Encode(source));
                (Plane decoded, double decodeMs) = Timed(() => format.Decode(bytes, source));
                (double psnr, double? ssim) = Compare(reference, decoded);
                tally.Add(pixels, bytes.Length, encodeMs, decodeMs, psnr, ssim);
            }

            await TransferAsync(bytes, tally, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TransferAsync(byte[] bytes, Tally tally, CancellationToken cancellationToken)
    {
        byte[] content = [.. RandomNumberGenerator.GetBytes(16), .. bytes];
        string id = Convert.ToHexStringLower(SHA256.HashData(content));
        try
        {
            long start = Stopwatch.GetTimestamp();
            await store.Blobs.PutAsync(new MemoryStream(content), new Dictionary<string, string> { ["kind"] = Kind }, cancellationToken).ConfigureAwait(false);
            TimeSpan put = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            byte[] back = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            tally.AddTransfer(content.Length, put, Stopwatch.GetElapsedTime(start));
            if (!back.AsSpan().SequenceEqual(content))
            {
                throw new StoreException($"store '{store.Uri}': blob {id} was read back with other bytes than were put");
            }
        }
        finally
        {
            await store.Blobs.DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task DeleteLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<string> old = [];
        await foreach (var blob in store.Blobs.ListAsync(new Dictionary<string, string> { ["kind"] = Kind }, cancellationToken).ConfigureAwait(false))
        {
            if (blob.StoredAt < before)
            {
                old.Add(blob.Id);
            }
        }

        foreach (string id in old)
        {
            await store.Blobs.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]> ReadAsync(string blobId, CancellationToken cancellationToken)
    {
        var content = await store.Blobs.OpenReadAsync(blobId, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream((int)content.Length);
            await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
        }
    }

    private static (T Result, double Milliseconds) Timed<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        return (result, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static (double Psnr, double? Ssim) Compare(Plane reference, Plane decoded)
    {
        ReadOnlySpan<ushort> wanted = MemoryMarshal.Cast<byte, ushort>(reference.Bytes), got = decoded.Bits == 16 ? MemoryMarshal.Cast<byte, ushort>(decoded.Bytes) : Widen(decoded.Bytes);
        bool fits = reference.Width >= ImageSimilarity.Window && reference.Height >= ImageSimilarity.Window;
        return (ImageSimilarity.Psnr(wanted, got), fits ? ImageSimilarity.Ssim(wanted, got, reference.Width, reference.Height) : null);
    }

    private static Plane To8Bits(Plane plane)
    {
        ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(plane.Bytes);
        var bytes = new byte[wide.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((wide[i] + 128) / 257);
        }

        return plane with { Bits = 8, Bytes = bytes };
    }

    private static ushort[] Widen(byte[] bytes) => Array.ConvertAll(bytes, value => (ushort)(value * 257));

    private sealed class Tally(string name)
    {
        private readonly List<double> _encode = [], _decode = [], _psnr = [], _ssim = [];
        private TimeSpan _put, _get;
        private long _transferred;

        public string Name => name;

        public List<(long Pixels, long Bytes)> Sizes { get; } = [];

        public void Add(long pixels, long bytes, double? encodeMs, double decodeMs, double psnr, double? ssim)
        {
            Sizes.Add((pixels, bytes));
            _decode.Add(decodeMs);
            _encode.AddRange(encodeMs is { } e ? [e] : []);
            _psnr.AddRange(double.IsFinite(psnr) ? [psnr] : []);
            _ssim.AddRange(ssim is { } s ? [s] : []);
        }

        public void AddTransfer(long bytes, TimeSpan put, TimeSpan get) => (_transferred, _put, _get) = (_transferred + bytes, _put + put, _get + get);

        public FormatResult Result(SizeEstimate total, long pixels) => new(
            name, total, (double)total.Bytes / pixels,
            _encode.Count == 0 ? null : Median(_encode), Median(_decode), _transferred / 1e6 / _put.TotalSeconds, _transferred / 1e6 / _get.TotalSeconds,
            _psnr.Count == 0 ? null : _psnr.Average(), _ssim.Count == 0 ? null : _ssim.Average(), _ssim.Count == 0 ? null : _ssim.Min());

        private static double Median(List<double> values)
        {
            values.Sort();
            return values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
        }
    }
}
