namespace VinCxr.Data.Dicom.Parsing;

/// <summary>Pixel data encodings told apart by the transfer syntax (PS3.5 annex A).</summary>
internal enum PixelEncoding
{
    Native,
    RunLength,
    Jpeg,
    Jpeg2000,
    Refused,
}

/// <summary>One registered transfer syntax (PS3.6 annex A).</summary>
internal sealed record TransferSyntax(string Uid, string Name, DicomEncoding Encoding, PixelEncoding Pixels, bool Deflated = false)
{
    public static readonly TransferSyntax ImplicitLittle =
        new("1.2.840.10008.1.2", "Implicit VR Little Endian", DicomEncoding.ImplicitLittle, PixelEncoding.Native);

    public static readonly TransferSyntax ExplicitLittle =
        new("1.2.840.10008.1.2.1", "Explicit VR Little Endian", DicomEncoding.ExplicitLittle, PixelEncoding.Native);

    public static readonly TransferSyntax ExplicitBig =
        new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", DicomEncoding.ExplicitBig, PixelEncoding.Native);

    private static readonly Dictionary<string, TransferSyntax> Known = new TransferSyntax[]
    {
        ImplicitLittle,
        ExplicitLittle,
        ExplicitBig,
        new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", DicomEncoding.ExplicitLittle, PixelEncoding.Native, Deflated: true),
        Compressed("1.2.840.10008.1.2.5", "RLE Lossless", PixelEncoding.RunLength),
        Compressed("1.2.840.10008.1.2.4.50", "JPEG Baseline", PixelEncoding.Jpeg),
        Compressed("1.2.840.10008.1.2.4.51", "JPEG Extended", PixelEncoding.Jpeg),
        Compressed("1.2.840.10008.1.2.4.57", "JPEG Lossless", PixelEncoding.Jpeg),
        Compressed("1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction", PixelEncoding.Jpeg),
        Compressed("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", PixelEncoding.Jpeg2000),
        Compressed("1.2.840.10008.1.2.4.91", "JPEG 2000", PixelEncoding.Jpeg2000),
        Compressed("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component Lossless", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.100", "MPEG-2", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.112", "JPEG XL", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", PixelEncoding.Refused),
        Compressed("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", PixelEncoding.Refused),
    }.ToDictionary(syntax => syntax.Uid);

    /// <summary>The syntax of a UID. Unknown ones parse as explicit little endian, which PS3.5 section 10 asks of all but the first.</summary>
    public static TransferSyntax Of(string uid) => Known.GetValueOrDefault(uid) ?? Compressed(uid, "unknown", PixelEncoding.Refused);

    public override string ToString() => $"{Name} ({Uid})";

    private static TransferSyntax Compressed(string uid, string name, PixelEncoding pixels) =>
        new(uid, name, DicomEncoding.ExplicitLittle, pixels);
}
