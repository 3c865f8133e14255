using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Data.Synthesis.Dicom;

/// <summary>Writes computed radiographs as DICOM files (PS3.10), without any person's data.</summary>
public static class DicomWriter
{
    private const string ComputedRadiography = "1.2.840.10008.5.1.4.1.1.1";
    private const int PreambleLength = 128;

    /// <returns>A complete file.</returns>
    /// <exception cref="ArgumentException">Pixels do not fit rows, columns and bits stored, or are too small or of too few bits for JPEG 2000.</exception>
    public static byte[] Write(DicomContent content)
    {
        Check(content);
        string instance = Uid(content.Identity, "instance");
        byte[] dataSet = DataSet(content, instance);
        byte[] meta = MetaInformation(content.Encoding, instance);

        using var file = new MemoryStream(PreambleLength + meta.Length + dataSet.Length + 64);
        file.Write(new byte[PreambleLength]);
        file.Write("DICM"u8);
        file.Write(meta);
        if (content.Encoding == DicomEncoding.DeflatedExplicitLittleEndian)
        {
            using (var deflate = new DeflateStream(file, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(dataSet);
            }

            // PS3.5 A.5: an odd deflated stream is padded to even length.
            if (file.Length % 2 == 1)
            {
                file.WriteByte(0);
            }
        }
        else
        {
            file.Write(dataSet);
        }

        return file.ToArray();
    }

    /// <returns>Transfer syntax UID of an encoding.</returns>
    public static string TransferSyntax(DicomEncoding encoding) => encoding switch
    {
        DicomEncoding.ImplicitLittleEndian => "1.2.840.10008.1.2",
        DicomEncoding.ExplicitLittleEndian => "1.2.840.10008.1.2.1",
        DicomEncoding.DeflatedExplicitLittleEndian => "1.2.840.10008.1.2.1.99",
        DicomEncoding.RunLength => "1.2.840.10008.1.2.5",
        DicomEncoding.Jpeg2000Lossless => "1.2.840.10008.1.2.4.90",
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "no such encoding"),
    };

    private static void Check(DicomContent content)
    {
        if (content.BitsStored is < 10 or > 16)
        {
            throw new ArgumentException($"{content.BitsStored} bits stored; 10 to 16 are allowed", nameof(content));
        }

        if (content.Encoding == DicomEncoding.Jpeg2000Lossless
            && (content.BitsStored != 16 || Math.Min(content.Rows, content.Columns) < Jpeg2000Encoder.SmallestSide))
        {
            throw new ArgumentException(
                $"JPEG 2000 takes 16 bits stored and sides of at least {Jpeg2000Encoder.SmallestSide}, not {content.BitsStored} bits of {content.Columns} x {content.Rows}",
                nameof(content));
        }

        if (content.Rows is < 1 or > ushort.MaxValue || content.Columns is < 1 or > ushort.MaxValue
            || content.Pixels.Length != content.Rows * content.Columns || content.Pixels.Max() >> content.BitsStored != 0)
        {
            throw new ArgumentException($"{content.Pixels.Length} pixels do not fit {content.Columns} x {content.Rows} of {content.BitsStored} bits", nameof(content));
        }
    }

    private static byte[] MetaInformation(DicomEncoding encoding, string instance)
    {
        using var elements = new ElementWriter(explicitVr: true);
        elements.Bytes(0x0002, 0x0001, "OB", [0, 1]);
        elements.Text(0x0002, 0x0002, "UI", ComputedRadiography);
        elements.Text(0x0002, 0x0003, "UI", instance);
        elements.Text(0x0002, 0x0010, "UI", TransferSyntax(encoding));
        elements.Text(0x0002, 0x0012, "UI", Uid(0, "implementation"));
        elements.Text(0x0002, 0x0013, "SH", "VINCXR PHANTOM");
        byte[] body = elements.ToArray();

        using var meta = new ElementWriter(explicitVr: true);
        meta.Number(0x0002, 0x0000, "UL", (uint)body.Length);
        return [.. meta.ToArray(), .. body];
    }

    private static byte[] DataSet(DicomContent content, string instance)
    {
        using var set = new ElementWriter(content.Encoding != DicomEncoding.ImplicitLittleEndian);
        set.Text(0x0008, 0x0016, "UI", ComputedRadiography);
        set.Text(0x0008, 0x0018, "UI", instance);
        set.Text(0x0008, 0x0020, "DA", "");
        set.Text(0x0008, 0x0030, "TM", "");
        set.Text(0x0008, 0x0050, "SH", "");
        set.Text(0x0008, 0x0060, "CS", "CR");
        set.Text(0x0008, 0x0070, "LO", "");
        set.Text(0x0008, 0x0090, "PN", "");
        set.Text(0x0010, 0x0010, "PN", "");
        set.Text(0x0010, 0x0020, "LO", "");
        set.Text(0x0010, 0x0030, "DA", "");
        set.Text(0x0010, 0x0040, "CS", content.PatientSex);
        set.Text(0x0010, 0x1010, "AS", content.PatientAge);
        set.Text(0x0018, 0x0015, "CS", "CHEST");
        set.Text(0x0018, 0x5101, "CS", "PA");
        set.Text(0x0020, 0x000D, "UI", Uid(content.Identity, "study"));
        set.Text(0x0020, 0x000E, "UI", Uid(content.Identity, "series"));
        set.Text(0x0020, 0x0010, "SH", "");
        set.Text(0x0020, 0x0011, "IS", "1");
        set.Text(0x0020, 0x0013, "IS", "1");
        set.Text(0x0020, 0x0020, "CS", "L\\F");
        set.Number(0x0028, 0x0002, "US", 1);
        set.Text(0x0028, 0x0004, "CS", content.Monochrome1 ? "MONOCHROME1" : "MONOCHROME2");
        set.Number(0x0028, 0x0010, "US", (uint)content.Rows);
        set.Number(0x0028, 0x0011, "US", (uint)content.Columns);
        set.Text(0x0028, 0x0030, "DS", FormattableString.Invariant($"{content.PixelSpacing:0.####}\\{content.PixelSpacing:0.####}"));
        set.Number(0x0028, 0x0100, "US", 16);
        set.Number(0x0028, 0x0101, "US", (uint)content.BitsStored);
        set.Number(0x0028, 0x0102, "US", (uint)content.BitsStored - 1);
        set.Number(0x0028, 0x0103, "US", 0);
        if (content.Window is { } window)
        {
            set.Text(0x0028, 0x1050, "DS", FormattableString.Invariant($"{window.Center:0.###}"));
            set.Text(0x0028, 0x1051, "DS", FormattableString.Invariant($"{window.Width:0.###}"));
        }

        if (content.Rescale is { } rescale)
        {
            set.Text(0x0028, 0x1052, "DS", FormattableString.Invariant($"{rescale.Intercept:0.###}"));
            set.Text(0x0028, 0x1053, "DS", FormattableString.Invariant($"{rescale.Slope:0.###}"));
            set.Text(0x0028, 0x1054, "LO", "US");
        }

        WritePixels(set, content);
        return set.ToArray();
    }

    private static void WritePixels(ElementWriter set, DicomContent content)
    {
        switch (content.Encoding)
        {
            case DicomEncoding.RunLength:
                set.EncapsulatedPixels(RunLengthEncoder.Encode(content.Pixels, content.Rows, content.Columns));
                break;
            case DicomEncoding.Jpeg2000Lossless:
                set.EncapsulatedPixels(Jpeg2000Encoder.Encode(content.Pixels, content.Rows, content.Columns));
                break;
            default:
                // The processors that .NET 10 runs on are little endian, as is the file.
                set.Bytes(0x7FE0, 0x0010, "OW", MemoryMarshal.AsBytes<ushort>(content.Pixels));
                break;
        }
    }

    /// <summary>A UID under 2.25, the root for UUID-derived ones (PS3.5 B.2).</summary>
    private static string Uid(UInt128 identity, string role)
    {
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes($"vincxr phantom {role} {identity}"));
        return $"2.25.{new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8))}";
    }
}
