using VinCxr.Core;
using VinCxr.Data.Dicom;

namespace VinCxr.Cli.Commands.Dicom;

/// <summary>Reads a file with all of its pixels; errors name the file.</summary>
internal static class DicomFile
{
    /// <exception cref="NotFoundException">No such file.</exception>
    /// <exception cref="DicomException">It cannot be decoded.</exception>
    public static DicomImage Read(string path, IDicomReader? reader = null)
    {
        if (!File.Exists(path))
        {
            throw new NotFoundException($"no file '{path}', give the path of a DICOM file");
        }

        try
        {
            return (reader ?? DicomReaders.Default).Read(File.ReadAllBytes(path));
        }
        catch (DicomException error)
        {
            throw new DicomException($"{path}: {error.Message}", error);
        }
    }
}
