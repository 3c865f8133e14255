using System.Buffers.Binary;
using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Damage aimed at the compressed frame: bytes behind a JPEG or JPEG 2000 marker, segments doubled or swapped, words of an RLE header.</summary>
internal sealed class CodestreamMutation : IMutation
{
    private const byte MarkerStart = 0xFF;
    private const int Reach = 48;
    private const int RunLengthHeader = 64;

    private static readonly byte[] Markers =
        [0x4F, 0x51, 0x52, 0x53, 0x5C, 0x90, 0x93, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC9, 0xCC, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE, 0xFE];

    public int Weight => 24;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        int pixels = map.PixelsAt;
        if (pixels < 0 || pixels >= file.Length - 2)
        {
            return file;
        }

        List<int> markers = MarkersIn(file, pixels);
        if (markers.Count == 0)
        {
            return RunLength(file, map, dice);
        }

        int at = dice.Of(markers);
        switch (dice.Below(8))
        {
            case 0:
                return Edit.Overwrite(file, at + 1, dice.Of(Markers), 1, bigEndian: false);
            case 1:
                return Edit.Replace(file, dice.Of(markers), 0, file.AsSpan(at, Segment(file, at)));
            case 2:
                return Edit.Replace(file, at, Segment(file, at), []);
            case 3:
                return Edit.Overwrite(file, at + 2, dice.Of(Edit.Tempting), 2, bigEndian: true);
            case 4 or 5:
                return Edit.Overwrite(file, at + dice.Between(2, Reach), dice.Of(Edit.Tempting), 1 << dice.Below(3), bigEndian: true);
            default:
                return Edit.Overwrite(file, at + dice.Between(2, Reach), dice.Byte(), 1, bigEndian: false);
        }
    }

    private static List<int> MarkersIn(byte[] file, int from)
    {
        var markers = new List<int>();
        for (int at = from; at < file.Length - 1; at++)
        {
            // 00 is a stuffed byte and FF fill; FE-FF begins an item header.
            if (file[at] == MarkerStart && file[at + 1] is >= 0x4F and not (0xFF or 0xFE))
            {
                markers.Add(at);
            }
        }

        return markers;
    }

    /// <summary>Bytes of the segment at a marker, as its length field says, cut at the end.</summary>
    private static int Segment(byte[] file, int at)
    {
        int stated = at + 4 <= file.Length ? 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2)) : 2;
        return Math.Min(stated, file.Length - at);
    }

    private static byte[] RunLength(byte[] file, ElementMap map, Dice dice)
    {
        MappedElement frame = map.Elements.LastOrDefault(element => element.IsItem && element.ValueLength >= RunLengthHeader);
        uint value = dice.OneIn(2) ? dice.Of(Edit.Tempting) : (uint)dice.Below(Math.Max(1, frame.ValueLength));
        return frame.ValueLength == 0 ? file : Edit.Overwrite(file, frame.ValueAt + (4 * dice.Below(6)), value, 4, bigEndian: false);
    }
}
