using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Sequences inside sequences, up to thousands deep, of defined or undefined length, closed or left open; or thousands side by side.</summary>
internal sealed class NestingMutation : IMutation
{
    private const uint Sequence = 0x00081140;
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;

    public int Weight => 2;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        if (map.Elements.Count == 0)
        {
            return file;
        }

        int depth = dice.OneIn(16) ? dice.Between(1000, 5000) : dice.Between(1, 100);
        bool closed = !dice.OneIn(3), sideBySide = dice.OneIn(4);
        uint? length = dice.OneIn(3) ? null : uint.MaxValue;
        string vr = dice.OneIn(8) ? "UN" : "SQ";
        using var nest = new MemoryStream();
        if (sideBySide)
        {
            for (int i = 0; i < depth; i++)
            {
                nest.Write(map.Encode(Sequence + (uint)(i % 1000), vr, map.Encode(Item, "", []), length));
                nest.Write(length is not null && closed ? map.Encode(SequenceEnd, "", []) : []);
            }
        }
        else if (length is null)
        {
            Wrap(nest, map, vr, depth);
        }
        else
        {
            for (int i = 0; i < depth; i++)
            {
                nest.Write(map.Encode(Sequence, vr, map.Encode(Item, "", [], length), length));
            }

            for (int i = 0; closed && i < depth; i++)
            {
                nest.Write(map.Encode(ItemEnd, "", []));
                nest.Write(map.Encode(SequenceEnd, "", []));
            }
        }

        MappedElement before = dice.Of(map.Elements);
        return Edit.Replace(file, Math.Max(before.Offset, map.DataSetAt), 0, nest.ToArray());
    }

    /// <summary>Defined lengths: every level states the sum of what is inside it, headers first.</summary>
    private static void Wrap(MemoryStream nest, ElementMap map, string vr, int depth)
    {
        int header = map.Encode(Sequence, vr, []).Length, level = header + 8;
        for (int inside = depth - 1; inside >= 0; inside--)
        {
            uint content = (uint)(inside * level);
            nest.Write(map.Encode(Sequence, vr, map.Encode(Item, "", [], content), content + 8));
        }
    }
}
