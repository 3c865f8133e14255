using System.Text;
using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Other values for the attributes that decide the shape and the display of the pixels, put in where they are missing.</summary>
internal sealed class NumberMutation : IMutation
{
    private static readonly uint[] Words =
        [0x00280002, 0x00280006, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00283002];

    private static readonly (uint Tag, string Vr)[] Texts =
    [
        (0x00280008, "IS"), (0x00280008, "IS"), (0x00281050, "DS"), (0x00281051, "DS"), (0x00281052, "DS"), (0x00281053, "DS"),
        (0x00281056, "CS"), (0x00280004, "CS"), (0x00080005, "CS"), (0x00020010, "UI"),
    ];

    private static readonly uint[] Values = [0, 1, 2, 3, 4, 7, 8, 9, 11, 12, 13, 15, 16, 17, 24, 32, 64, 255, 256, 4096, 32767, 32768, 65534, 65535];

    private static readonly string[] Strings =
    [
        "", "0", "1", "2", "3", "-1", "65535", "65536", "2147483647", "2147483648", "99999999999999999999", "1e308", "-1E308", "1e-320", "NaN",
        "Infinity", "0.0", "1\\2", "1\\\\2", "\\", " 7 ", "+5", "0x10", "abc", "MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422",
        "PALETTE COLOR", "SIGMOID", "LINEAR_EXACT", "ISO_IR 192", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.80", "1.2.3.4",
    ];

    public int Weight => 20;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        if (dice.OneIn(2))
        {
            Span<byte> value = stackalloc byte[2];
            uint number = dice.OneIn(8) ? dice.Byte() : dice.Of(Values);
            value[map.BigEndian ? 1 : 0] = (byte)number;
            value[map.BigEndian ? 0 : 1] = (byte)(number >> 8);
            return Put(file, map, dice.Of(Words), "US", value);
        }

        (uint tag, string vr) = dice.Of(Texts);
        string text = dice.OneIn(64) ? string.Join('\\', Enumerable.Repeat("1", dice.Between(10, 5000))) : dice.Of(Strings);
        return Put(file, map, tag, vr, Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + " "));
    }

    /// <summary>In the place of the element of that tag, or before the first element with a higher one.</summary>
    private static byte[] Put(byte[] file, ElementMap map, uint tag, string vr, ReadOnlySpan<byte> value)
    {
        foreach (MappedElement element in map.Elements)
        {
            // Group 0002 is explicit little endian whatever the data set is; only a file that has it keeps it.
            bool isMeta = tag >> 16 == 2, fits = isMeta == element.Offset < map.DataSetAt;
            if (!fits || element.IsItem || element.Tag < tag)
            {
                continue;
            }

            byte[] written = isMeta ? ElementMap.Of([]).Encode(tag, vr, value) : map.Encode(tag, vr, value);
            return Edit.Replace(file, element.Offset, element.Tag == tag ? element.End - element.Offset : 0, written);
        }

        return file;
    }
}
