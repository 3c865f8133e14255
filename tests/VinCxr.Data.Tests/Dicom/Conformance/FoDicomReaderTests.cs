#if FODICOM
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.FoDicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

public sealed class FoDicomReaderTests : DicomReaderConformanceTests
{
    protected override IDicomReader Reader { get; } = new FoDicomReader();

    protected override bool DecodesJpegLs => true;
}

/// <summary>What the build uses by default: whatever our reader can do stays as it is, and more files are read.</summary>
public sealed class DefaultReaderTests : DicomReaderConformanceTests
{
    protected override IDicomReader Reader => DicomReaders.Default;

    protected override bool DecodesJpegLs => true;
}
#endif
