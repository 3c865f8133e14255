using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Fuzz.Subjects;

/// <summary>
/// A DICOM reader and the preparation behind it: tags, pixels, statistics, plane. Every step answers with a result that fits its own
/// header or with an exception of the product whose message is one line, and allocates in proportion to the bytes it was given.
/// </summary>
internal sealed class DicomSubject(IDicomReader reader) : IFuzzSubject
{
    private const int LongestMessage = 500;
    private static readonly PreprocessSpec Spec = new(16, "voi", "minmax", 8);

    public Observation Observe(long index, byte[] input)
    {
        var budget = AllocationBudget.Of(input);
        DicomHeader header;
        try
        {
            header = AllocationBudget.Spend("ReadHeader", budget.Header, () => reader.ReadHeader(input));
        }
        catch (VinCxrException e)
        {
            CheckMessage(e);
            return Refuse(input, e);
        }

        DicomImage image;
        try
        {
            image = AllocationBudget.Spend("Read", budget.Pixels, () => reader.Read(input));
        }
        catch (VinCxrException e)
        {
            CheckMessage(e);
            CheckDirectPlane(input, image: null, plane: null);
            return new Observation(Outcome.TagsOnly, e.Message, Digest(header, []));
        }

        CheckPixels(header, image);
        try
        {
            Plane plane = AllocationBudget.Spend("Prepare", AllocationBudget.Plane(image.PixelBytes.Length), () => ImagePreparation.Prepare(image, Spec));
            if (plane.Width > Spec.Size || plane.Height > Spec.Size || plane.Bytes.Length != plane.Width * plane.Height)
            {
                throw new InvariantException($"a plane of {plane.Width}x{plane.Height} has {plane.Bytes.Length} bytes");
            }

            CheckDirectPlane(input, image, plane);
            return new Observation(Outcome.Prepared, "", HashCode.Combine(Digest(header, image.PixelBytes), Digest(header, plane.Bytes)));
        }
        catch (VinCxrException e)
        {
            CheckMessage(e);
            CheckDirectPlane(input, image, plane: null);
            return new Observation(Outcome.Decoded, e.Message, Digest(header, image.PixelBytes));
        }
    }

    /// <summary>The way straight from the file's bytes must give the plane of the way through the decoded image, and refuse what that one refuses.</summary>
    private void CheckDirectPlane(byte[] input, DicomImage? image, Plane? plane)
    {
        Plane direct;
        try
        {
            long most = AllocationBudget.Of(input).Pixels + AllocationBudget.Plane(image?.PixelBytes.Length ?? 0);
            direct = AllocationBudget.Spend("FromBytes", most, () => PlaneSource.FromBytes(input, Spec, reader));
        }
        catch (VinCxrException e)
        {
            CheckMessage(e);
            if (plane is not null)
            {
                throw new InvariantException($"FromBytes refuses what Prepare takes: {e.Message}");
            }

            return;
        }

        if (plane is null || direct.Width != plane.Width || direct.Height != plane.Height || !direct.Bytes.AsSpan().SequenceEqual(plane.Bytes))
        {
            throw new InvariantException(plane is null ? "FromBytes takes what Read or Prepare refuses" : "FromBytes gives another plane than Prepare");
        }
    }

    /// <summary>What has no readable tags must have no readable pixels either.</summary>
    private Observation Refuse(byte[] input, VinCxrException refusal)
    {
        try
        {
            reader.Read(input);
        }
        catch (VinCxrException e)
        {
            CheckMessage(e);
            return new Observation(Outcome.Refused, refusal.Message, 0);
        }

        throw new InvariantException($"Read takes what ReadHeader refuses: {refusal.Message}");
    }

    private static void CheckPixels(DicomHeader header, DicomImage image)
    {
        DicomHeader own = image.Header;
        long expected = (long)own.Rows * own.Columns * own.SamplesPerPixel * own.Frames * (own.BitsAllocated <= 8 ? 1 : 2);
        if (image.PixelBytes.Length != expected)
        {
            throw new InvariantException($"the header promises {expected} pixel bytes, {image.PixelBytes.Length} came");
        }

        if (Digest(own, []) != Digest(header, []))
        {
            throw new InvariantException("Read and ReadHeader give different headers");
        }

        PixelStatistics statistics = PixelStatistics.Of(image);
        if (statistics.Min > statistics.Max || statistics.Min < short.MinValue || statistics.Max > ushort.MaxValue)
        {
            throw new InvariantException($"stored values from {statistics.Min} to {statistics.Max}");
        }
    }

    private static void CheckMessage(VinCxrException e)
    {
        if (e.Message.Length > LongestMessage || e.Message.Any(char.IsControl))
        {
            throw new InvariantException($"a message that is no short line: {e.Message}", e);
        }
    }

    private static int Digest(DicomHeader header, byte[] bytes)
    {
        var hash = default(HashCode);
        hash.Add(header with { Tags = [], PhiTags = [], Windows = [], VoiLut = null });
        foreach ((double center, double width) in header.Windows)
        {
            hash.Add(center);
            hash.Add(width);
        }

        foreach (DicomTagText tag in header.Tags)
        {
            hash.Add(tag);
        }

        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(header.VoiLut?.Entries ?? []));
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
