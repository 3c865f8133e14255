using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Encapsulated pixel data with a damaged offset table, fragments lost, doubled, split or in thousands.</summary>
internal sealed class FragmentMutation : IMutation
{
    private const uint Item = 0xFFFEE000;
    private const uint SequenceEnd = 0xFFFEE0DD;

    public int Weight => 10;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        int pixels = map.PixelsAt;
        MappedElement[] items = [.. map.Elements.Where(element => pixels >= 0 && element.Offset >= pixels && element.Tag == Item)];
        if (items.Length == 0)
        {
            return file;
        }

        MappedElement item = dice.Of(items);
        int length = Math.Min(file.Length, item.End) - item.Offset;
        switch (dice.Below(6))
        {
            case 0:
                return Edit.Replace(file, item.Offset, length, []);
            case 1:
                return Edit.Replace(file, item.Offset, 0, file.AsSpan(item.Offset, length));
            case 2:
                var table = new byte[4 * dice.Between(0, dice.OneIn(16) ? 4000 : 6)];
                for (int at = 0; at < table.Length; at += 4)
                {
                    uint offset = dice.OneIn(2) ? (uint)dice.Below(file.Length) & ~1u : dice.Of(Edit.Tempting);
                    BitConverter.TryWriteBytes(table.AsSpan(at), offset);
                }

                return Edit.Replace(file, items[0].Offset, Math.Min(file.Length, items[0].End) - items[0].Offset, map.Encode(Item, "", table));
            case 3:
                int cut = dice.Between(0, item.ValueLength);
                ReadOnlySpan<byte> value = file.AsSpan(item.ValueAt, item.ValueLength);
                return Edit.Replace(file, item.Offset, length, [.. map.Encode(Item, "", value[..cut]), .. map.Encode(Item, "", value[cut..])]);
            case 4:
                byte[] empty = map.Encode(Item, "", new byte[dice.Below(3)]);
                return Edit.Replace(
                    file, item.Offset, 0, [.. Enumerable.Repeat(empty, dice.OneIn(16) ? 2000 : dice.Between(1, 8)).SelectMany(bytes => bytes)]);
            default:
                return Edit.Replace(file, item.Offset, 0, map.Encode(SequenceEnd, "", []));
        }
    }
}
