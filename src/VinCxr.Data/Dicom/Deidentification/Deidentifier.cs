using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>
/// Rewrites DICOM files without what <see cref="ConfidentialityProfile"/> names. The transfer syntax stays, pixel data is byte for byte the same, equal
/// files give equal results, and a result gives itself.
/// </summary>
internal static class Deidentifier
{
    private static readonly DicomTag Method = new(0x0012, 0x0063);

    /// <returns>The whole new file.</returns>
    /// <exception cref="DicomException">The file cannot be taken apart completely, so nobody could say what is left in it.</exception>
    public static ReadOnlyMemory<byte> Run(ReadOnlyMemory<byte> file)
    {
        var parsed = DicomFile.Open(file);
        var parts = Part10File.Cut(file, parsed.Syntax);
        var rewriter = new DataSetRewriter(parsed.DataSet.Text(Method));
        var output = new MemoryStream(file.Length + 1024);
        parts.WriteHead(output);
        parts.WriteBody(output, stream => rewriter.Rewrite(parts.Body, parts.Syntax.Encoding, stream));
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
