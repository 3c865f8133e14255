using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

/// <summary>What every <see cref="IDicomReader"/> must do; one subclass for each reader.</summary>
public abstract partial class DicomReaderConformanceTests
{
    private const string Implicit = "1.2.840.10008.1.2";
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string BigEndian = "1.2.840.10008.1.2.2";
    private const string Deflated = "1.2.840.10008.1.2.1.99";
    private const string RunLength = "1.2.840.10008.1.2.5";
    private const string JpegBaseline = "1.2.840.10008.1.2.4.50";
    private const string JpegLossless = "1.2.840.10008.1.2.4.70";
    private const string JpegLs = "1.2.840.10008.1.2.4.80";
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";

    protected abstract IDicomReader Reader { get; }

    protected abstract bool DecodesJpegLs { get; }
}
