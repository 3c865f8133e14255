using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>A wrong length in an element or item header: undefined, huge, off by a little, up to or past the end of the file.</summary>
internal sealed class LengthMutation : IMutation
{
    public int Weight => 16;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        if (map.Elements.Count == 0)
        {
            return file;
        }

        MappedElement element = dice.Of(map.Elements);
        uint left = (uint)(file.Length - element.ValueAt);
        uint length = dice.Below(6) switch
        {
            0 => uint.MaxValue,
            1 => dice.Of(Edit.Tempting),
            2 => left,
            3 => left + (uint)dice.Between(1, 16),
            _ => (uint)(element.ValueLength + dice.Between(-8, 8)),
        };
        return Edit.Overwrite(file, element.LengthAt, length, element.LengthWidth, map.BigEndian && element.Offset >= map.DataSetAt);
    }
}
