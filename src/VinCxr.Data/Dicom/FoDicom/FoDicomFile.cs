using System.Text;
using FellowOakDicom;
using VinCxr.Data.Dicom.Parsing;
using FoTag = FellowOakDicom.DicomTag;

namespace VinCxr.Data.Dicom.FoDicom;

/// <summary>A file as fo-dicom parses it.</summary>
/// <param name="HasPixelData">Its pixel data was met, whole or cut short.</param>
internal sealed record FoDicomFile(FellowOakDicom.DicomFile Content, bool HasPixelData)
{
    /// <exception cref="DicomException">Not DICOM, or damaged.</exception>
    public static FoDicomFile Open(ReadOnlyMemory<byte> file, bool withPixels)
    {
        FoDicomSetup.Ensure();
        bool met = false;
        return Guard("fo-dicom cannot read the file", () =>
        {
            using var stream = new MemoryStream(file.ToArray(), writable: false);
            FellowOakDicom.DicomFile content = FellowOakDicom.DicomFile.Open(stream, Encoding.Latin1, Stop, FileReadOption.ReadAll);
            if (content.Dataset.InternalTransferSyntax is null || !(met || content.Dataset.Any()))
            {
                throw new DicomException($"not a DICOM file: fo-dicom finds no element in {file.Length} bytes");
            }

            return new FoDicomFile(content, met);
        });

        bool Stop(ParseState state)
        {
            met |= state.SequenceDepth == 0 && state.Tag == FoTag.PixelData;
            return met && !withPixels;
        }
    }

    /// <summary>Runs code of fo-dicom, which meets damaged files with whatever exception the damage leads to.</summary>
    /// <exception cref="DicomException">It threw.</exception>
    public static T Guard<T>(string trouble, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not (DicomException or OutOfMemoryException))
        {
            throw new DicomException($"{trouble}: {DicomText.Clean(e.Message)}", e);
        }
    }
}
