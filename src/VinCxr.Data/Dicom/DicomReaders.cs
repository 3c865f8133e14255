namespace VinCxr.Data.Dicom;

/// <summary>The readers that this build has.</summary>
public static class DicomReaders
{
    /// <summary>What reads files of people who are not to be trusted, as <see cref="Default"/> would otherwise.</summary>
    /// <param name="largestBytes">Bytes that decoded pixels, or a deflated data set, may take at most.</param>
#if FODICOM
    public static IDicomReader Bounded(long largestBytes) => new FallbackDicomReader(new DicomReader(largestBytes), new FoDicom.FoDicomReader());

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
    public static IDicomReader Bounded(long largestBytes) => new DicomReader(largestBytes);

    /// <summary>What reads files unless told otherwise.</summary>
    public static IDicomReader Default { get; } = new DicomReader();
#endif
}
