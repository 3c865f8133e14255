using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>The same false size in the tags and in the JPEG or JPEG 2000 header, so that the claim gets past the comparison of the two.</summary>
internal sealed class ResizeMutation : IMutation
{
    private const uint RowsTag = 0x00280010;
    private const uint ColumnsTag = 0x00280011;
    private static readonly int[] Sides = [1, 2, 7, 16, 33, 64, 100, 255, 256, 1000];
    private static readonly int[] LargeSides = [4000, 16384, 32768, 65535];

    public int Weight => 6;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        ElementMap map = ElementMap.Of(file);
        if (map.PixelsAt < 0 || map.BigEndian)
        {
            return file;
        }

        // Large claims cost a decoder seconds; some are enough.
        IReadOnlyList<int> sides = dice.OneIn(100) ? LargeSides : Sides;
        uint rows = (uint)dice.Of(sides), columns = (uint)dice.Of(sides);
        foreach (MappedElement element in map.Elements.Where(e => e.Tag is RowsTag or ColumnsTag && e.ValueLength == 2))
        {
            file = Edit.Overwrite(file, element.ValueAt, element.Tag == RowsTag ? rows : columns, 2, bigEndian: false);
        }

        for (int at = map.PixelsAt; at + 24 < file.Length; at++)
        {
            switch ((file[at], file[at + 1]))
            {
                // SIZ (T.800 A.5.1): width and height of the grid, then offsets, then the size of a tile.
                case (0xFF, 0x51):
                    file = Edit.Overwrite(Edit.Overwrite(file, at + 6, columns, 4, bigEndian: true), at + 10, rows, 4, bigEndian: true);
                    return dice.OneIn(2) ? file : Edit.Overwrite(Edit.Overwrite(file, at + 22, columns, 4, bigEndian: true), at + 26, rows, 4, bigEndian: true);

                // SOF (T.81 B.2.2): precision, lines, samples in a line.
                case (0xFF, >= 0xC0 and <= 0xC3):
                    return Edit.Overwrite(Edit.Overwrite(file, at + 5, rows, 2, bigEndian: true), at + 7, columns, 2, bigEndian: true);
            }
        }

        return file;
    }
}
