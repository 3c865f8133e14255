using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

public sealed class DicomReaderTests : DicomReaderConformanceTests
{
    protected override IDicomReader Reader { get; } = new DicomReader();

    protected override bool DecodesJpegLs => false;
}
