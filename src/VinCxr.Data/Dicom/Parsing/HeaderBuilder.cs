using System.Text;

namespace VinCxr.Data.Dicom.Parsing;

/// <summary>Image attributes of a parsed file (PS3.3 C.7.6.3, C.11.1, C.11.2), with the defaults of the standard.</summary>
internal static class HeaderBuilder
{
    private const string DefaultVoiFunction = "LINEAR";

    /// <summary>Attributes of confidentiality (PS3.15 annex E) that hold a name, an id, an address, a birth date or an institution.</summary>
    public static readonly DicomTag[] Phi =
    [
        new(0x0008, 0x0050), new(0x0008, 0x0080), new(0x0008, 0x0081), new(0x0008, 0x0090), new(0x0008, 0x0092), new(0x0008, 0x0094),
        new(0x0008, 0x1040), new(0x0008, 0x1048), new(0x0008, 0x1050), new(0x0008, 0x1060), new(0x0008, 0x1070), new(0x0010, 0x0010),
        new(0x0010, 0x0020), new(0x0010, 0x0021), new(0x0010, 0x0030), new(0x0010, 0x0032), new(0x0010, 0x1000), new(0x0010, 0x1001),
        new(0x0010, 0x1005), new(0x0010, 0x1040), new(0x0010, 0x1060), new(0x0010, 0x2154),
    ];

    /// <exception cref="DicomException">A value that is no number where one belongs.</exception>
    public static DicomHeader Build(DicomFile file)
    {
        DicomDataSet set = file.DataSet;
        int bitsAllocated = set.Integer(DicomTag.BitsAllocated) ?? 0;
        int bitsStored = set.Integer(DicomTag.BitsStored) ?? bitsAllocated;
        return new DicomHeader
        {
            TransferSyntax = file.Syntax.Uid,
            Photometric = DicomText.Clean(set.Text(DicomTag.PhotometricInterpretation) ?? ""),
            Rows = set.Integer(DicomTag.Rows) ?? 0,
            Columns = set.Integer(DicomTag.Columns) ?? 0,
            BitsAllocated = bitsAllocated,
            BitsStored = bitsStored,
            HighBit = set.Integer(DicomTag.HighBit) ?? bitsStored - 1,
            Signed = set.Integer(DicomTag.PixelRepresentation) == 1,
            SamplesPerPixel = set.Integer(DicomTag.SamplesPerPixel) ?? 1,
            PlanarConfiguration = set.Integer(DicomTag.PlanarConfiguration) ?? 0,
            Frames = set.Integer(DicomTag.NumberOfFrames) ?? 1,
            HasPixelData = set.Find(DicomTag.PixelData) is not null,
            RescaleSlope = set.Decimals(DicomTag.RescaleSlope).FirstOrDefault(1),
            RescaleIntercept = set.Decimals(DicomTag.RescaleIntercept).FirstOrDefault(0),
            Windows = set.Decimals(DicomTag.WindowCenter).Zip(set.Decimals(DicomTag.WindowWidth)).ToArray(),
            VoiFunction = DicomText.Clean(set.Text(DicomTag.VoiLutFunction) ?? DefaultVoiFunction).ToUpperInvariant(),
            VoiLut = VoiLut(set),
            PhiTags = Phi.Where(tag => set.Text(tag) is not null).Select(DicomDataSet.Name).ToArray(),
            Tags = Tags(set),
        };
    }

    private static DicomTagText[] Tags(DicomDataSet set)
    {
        Encoding characters = DicomText.Characters(set);
        return set.Elements
            .OrderBy(element => (element.Tag.Group, element.Tag.Element))
            .Select(element => new DicomTagText(
                element.Tag.ToString(), element.Vr, DicomDictionary.Find(element.Tag)?.Keyword ?? "", DicomText.Of(element, characters)))
            .ToArray();
    }

    /// <summary>First item of the VOI LUT sequence (PS3.3 C.11.2.1.1).</summary>
    private static DicomLut? VoiLut(DicomDataSet set)
    {
        if (set.Items(DicomTag.VoiLutSequence).FirstOrDefault() is not { } item
            || item.Find(DicomTag.LutDescriptor) is not { Value.Length: >= 6 } descriptor
            || item.Find(DicomTag.LutData) is not { } data)
        {
            return null;
        }

        ReadOnlySpan<byte> described = descriptor.Value.Span;
        int entries = descriptor.Encoding.U16(described) is var count && count == 0 ? 1 << 16 : count;
        ushort first = descriptor.Encoding.U16(described[2..]);
        bool isSigned = descriptor.Vr == "SS" || set.Integer(DicomTag.PixelRepresentation) == 1;
        int bits = descriptor.Encoding.U16(described[4..]);
        if (bits is < 1 or > 16)
        {
            throw new DicomException($"the VOI LUT has {bits} bits an entry; 8 to 16 are allowed");
        }

        // Entries of 8 bits are packed, two to a word, when the data has only that many bytes (PS3.3 C.11.1.1.1).
        ReadOnlySpan<byte> table = data.Value.Span;
        bool packed = bits <= 8 && table.Length < 2 * entries;
        if (table.Length < (packed ? entries : 2 * entries))
        {
            throw new DicomException($"the VOI LUT is truncated: expected {(packed ? entries : 2 * entries)} bytes, found {table.Length}");
        }

        var values = new ushort[entries];
        for (int i = 0; i < entries; i++)
        {
            values[i] = packed ? table[data.Encoding.BigEndian && (i ^ 1) < table.Length ? i ^ 1 : i] : data.Encoding.U16(table[(2 * i)..]);
        }

        return new DicomLut(isSigned ? (short)first : first, bits, values);
    }
}
