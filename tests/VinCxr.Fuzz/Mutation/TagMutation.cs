using System.Text;
using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Elements under another tag or VR, moved, doubled or lost.</summary>
internal sealed class TagMutation : IMutation
{
    private static readonly uint[] Tags =
    [
        0x00020010, 0x00080005, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102,
        0x00280103, 0x00281050, 0x00281051, 0x00281052, 0x00281053, 0x00281056, 0x00283002, 0x00283006, 0x00283010, 0x7FE00008, 0x7FE00009,
        0x7FE00010, 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFEFFFF, 0x00000000, 0x00090011, 0xFFFFFFFF,
    ];

    private static readonly string[] Vrs =
        ["AE", "AT", "CS", "DS", "FD", "FL", "IS", "LO", "OB", "OW", "PN", "SH", "SL", "SQ", "SS", "UI", "UL", "UN", "US", "UT", "ZZ", "us", "\0\0"];

    public int Weight => 12;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        if (map.Elements.Count == 0)
        {
            return file;
        }

        MappedElement element = dice.Of(map.Elements);
        byte[] whole = file[element.Offset..Math.Min(file.Length, element.End)];
        switch (dice.Below(5))
        {
            case 0:
                uint tag = dice.Of(Tags);
                bool bigEndian = map.BigEndian && element.Offset >= map.DataSetAt;
                return Edit.Overwrite(Edit.Overwrite(file, element.Offset, tag >> 16, 2, bigEndian), element.Offset + 2, tag & 0xFFFF, 2, bigEndian);
            case 1:
                return Edit.Replace(file, element.Offset + 4, 2, Encoding.ASCII.GetBytes(dice.Of(Vrs)));
            case 2:
                return Edit.Replace(file, element.Offset, whole.Length, []);
            case 3:
                return Edit.Replace(file, dice.Of(map.Elements).Offset, 0, whole);
            default:
                return Edit.Replace(file, element.Offset, whole.Length, file.AsSpan(element.Offset, 4));
        }
    }
}
