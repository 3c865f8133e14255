using System.Globalization;
using FellowOakDicom;
using VinCxr.Data.Dicom.Parsing;
using FoDictionary = FellowOakDicom.DicomDictionary;
using FoElement = FellowOakDicom.DicomElement;
using FoTag = FellowOakDicom.DicomTag;

namespace VinCxr.Data.Dicom.FoDicom;

/// <summary>Image attributes (PS3.3 C.7.6.3, C.11.1, C.11.2) of a file that fo-dicom parsed, with the defaults of the standard.</summary>
internal static class FoDicomHeader
{
    /// <exception cref="DicomException">A value that is no number where one belongs.</exception>
    public static DicomHeader Build(FoDicomFile file)
    {
        DicomDataset set = file.Content.Dataset;
        int bitsAllocated = Integer(set, FoTag.BitsAllocated) ?? 0;
        int bitsStored = Integer(set, FoTag.BitsStored) ?? bitsAllocated;
        return new DicomHeader
        {
            TransferSyntax = set.InternalTransferSyntax.UID.UID,
            Photometric = DicomText.Clean(Text(set, FoTag.PhotometricInterpretation)),
            Rows = Integer(set, FoTag.Rows) ?? 0,
            Columns = Integer(set, FoTag.Columns) ?? 0,
            BitsAllocated = bitsAllocated,
            BitsStored = bitsStored,
            HighBit = Integer(set, FoTag.HighBit) ?? bitsStored - 1,
            Signed = Integer(set, FoTag.PixelRepresentation) == 1,
            SamplesPerPixel = Integer(set, FoTag.SamplesPerPixel) ?? 1,
            PlanarConfiguration = Integer(set, FoTag.PlanarConfiguration) ?? 0,
            Frames = Integer(set, FoTag.NumberOfFrames) ?? 1,
            HasPixelData = file.HasPixelData,
            RescaleSlope = Decimals(set, FoTag.RescaleSlope).FirstOrDefault(1),
            RescaleIntercept = Decimals(set, FoTag.RescaleIntercept).FirstOrDefault(0),
            Windows = [.. Decimals(set, FoTag.WindowCenter).Zip(Decimals(set, FoTag.WindowWidth))],
            VoiFunction = Text(set, FoTag.VOILUTFunction) is { Length: > 0 } function ? DicomText.Clean(function).ToUpperInvariant() : "LINEAR",
            VoiLut = FoDicomFile.Guard("the VOI LUT is damaged", () => VoiLut(set)),
            PhiTags =
            [
                .. HeaderBuilder.Phi.Where(tag => Text(set, new FoTag(tag.Group, tag.Element)).Length > 0).Select(DicomDataSet.Name),
            ],
            Tags = [.. file.Content.FileMetaInfo.Concat(set).Select(Describe)],
        };
    }

    private static string Text(DicomDataset set, FoTag tag) =>
        set.TryGetString(tag, out string? text) ? text?.Trim(' ', '\0') ?? "" : "";

    private static int? Integer(DicomDataset set, FoTag tag) =>
        set.GetDicomItem<FoElement>(tag) is { Count: > 0, Length: > 0 } element
            ? FoDicomFile.Guard($"{Name(tag)} is '{DicomText.Clean(Text(set, tag))}', not an integer", () => element.Get<int>(0))
            : null;

    private static double[] Decimals(DicomDataset set, FoTag tag) =>
        set.GetDicomItem<FoElement>(tag) is { Count: > 0, Length: > 0 } element
            ? FoDicomFile.Guard($"{Name(tag)} is '{DicomText.Clean(Text(set, tag))}', not a number", () => element.Get<double[]>())
            : [];

    /// <summary>First item of the VOI LUT sequence (PS3.3 C.11.2.1.1).</summary>
    private static DicomLut? VoiLut(DicomDataset set)
    {
        if (!set.TryGetSequence(FoTag.VOILUTSequence, out DicomSequence sequence)
            || sequence.Items.FirstOrDefault() is not { } item
            || item.GetDicomItem<FoElement>(FoTag.LUTDescriptor) is not { Count: >= 3 } descriptor
            || item.GetDicomItem<FoElement>(FoTag.LUTData) is not { } data)
        {
            return null;
        }

        int entries = descriptor.Get<ushort>(0) is var count && count == 0 ? 1 << 16 : count, bits = descriptor.Get<ushort>(2);
        bool isSigned = descriptor is DicomSignedShort || Integer(set, FoTag.PixelRepresentation) == 1;
        int first = descriptor is DicomSignedShort ? descriptor.Get<short>(1) : descriptor.Get<ushort>(1);
        byte[] table = data.Buffer.Data;
        if (bits is < 1 or > 16)
        {
            throw new DicomException($"the VOI LUT has {bits} bits an entry; 8 to 16 are allowed");
        }

        bool packed = bits <= 8 && table.Length < 2 * entries;
        if (table.Length < (packed ? entries : 2 * entries))
        {
            throw new DicomException($"the VOI LUT is truncated: {table.Length} bytes for {entries} entries");
        }

        var values = new ushort[entries];
        for (int i = 0; i < entries; i++)
        {
            values[i] = packed ? table[i] : BitConverter.ToUInt16(table, 2 * i);
        }

        return new DicomLut(isSigned ? (short)first : first, bits, values);
    }

    private static DicomTagText Describe(DicomItem item)
    {
        string text = item switch
        {
            DicomSequence => "sequence",
            DicomFragmentSequence fragments => $"{fragments.Fragments.Sum(fragment => fragment.Size)} bytes",
            DicomOtherByte or DicomOtherWord or DicomOtherFloat or DicomOtherDouble or DicomOtherLong or DicomUnknown => $"{((FoElement)item).Length} bytes",
            FoElement { Count: > 0 } element => FoDicomFile.Guard(Name(item.Tag), () => string.Join('\\', element.Get<string[]>())),
            _ => "",
        };
        return new DicomTagText(
            string.Create(CultureInfo.InvariantCulture, $"({item.Tag.Group:X4},{item.Tag.Element:X4})"),
            item.ValueRepresentation.Code,
            item.Tag.IsPrivate || item.Tag.DictionaryEntry == FoDictionary.UnknownTag ? "" : item.Tag.DictionaryEntry.Keyword,
            DicomText.Clean(text));
    }

    private static string Name(FoTag tag) => DicomDataSet.Name(new Parsing.DicomTag(tag.Group, tag.Element));
}
