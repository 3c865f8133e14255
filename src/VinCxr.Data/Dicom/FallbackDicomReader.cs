namespace VinCxr.Data.Dicom;

/// <summary>Asks one reader and, only where that one does not decode the file's transfer syntax, another. Damaged files get no second try.</summary>
public sealed class FallbackDicomReader(IDicomReader first, IDicomReader second) : IDicomReader
{
    /// <inheritdoc/>
    public DicomImage Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            return first.Read(file);
        }
        catch (DicomException unsupported) when (unsupported.UnsupportedTransferSyntax is not null)
        {
            return second.Read(file);
        }
    }

    /// <inheritdoc/>
    public DicomHeader ReadHeader(ReadOnlyMemory<byte> file) => first.ReadHeader(file);
}
