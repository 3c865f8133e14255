namespace VinCxr.Data.Dicom;

/// <summary>The readers that this build has.</summary>
public static class DicomReaders
{
#if FODICOM
    /// <summary>What reads files unless told otherwise: our reader, and fo-dicom for the transfer syntaxes that it does not decode.</summary>
    public static IDicomReader Default { get; } = new FallbackDicomReader(new DicomReader(), new FoDicom.FoDicomReader());

    /// <summary>Readers by the name that <c>--reader</c> takes.</summary>
    public static IReadOnlyDictionary<string, IDicomReader> ByName { get; } = new Dictionary<string, IDicomReader>
    {
        ["default"] = Default,
        ["own"] = new DicomReader(),
        ["fo-dicom"] = new FoDicom.FoDicomReader(),
    };
#else
    /// <summary>What reads files unless told otherwise.</summary>
    public static IDicomReader Default { get; } = new DicomReader();
#endif
}
