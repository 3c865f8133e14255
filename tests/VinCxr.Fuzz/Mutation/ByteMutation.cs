using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Damage that knows nothing of the format: flipped bits, overwritten, doubled and lost stretches, a cut.</summary>
internal sealed class ByteMutation : IMutation
{
    private const int PreambleLength = 128;
    private const int LongestRun = 64;

    public int Weight => 30;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        if (file.Length < 2)
        {
            return file;
        }

        // The preamble says nothing; damage there is wasted most of the time.
        int first = file.Length > 2 * PreambleLength && !dice.OneIn(16) ? PreambleLength : 0;
        int at = dice.Between(first, file.Length - 1), run = dice.Between(1, LongestRun);
        byte[] edited;
        switch (dice.Below(8))
        {
            case 0:
                return file[..at];
            case 1:
                return Edit.Replace(file, at, 0, file.AsSpan(Math.Max(0, at - run), Math.Min(run, at)));
            case 2:
                return Edit.Replace(file, at, run, []);
            case 3:
                return Edit.Overwrite(file, at, dice.Of(Edit.Tempting), 1 << dice.Below(3), dice.OneIn(3));
            case 4:
                edited = [.. file];
                edited.AsSpan(at, Math.Min(run, file.Length - at)).Fill(dice.Of<byte>([0, 0xFF, 0x80, dice.Byte()]));
                return edited;
            case 5:
                edited = [.. file];
                foreach (ref byte value in edited.AsSpan(at, Math.Min(run, file.Length - at)))
                {
                    value = dice.Byte();
                }

                return edited;
            default:
                edited = [.. file];
                for (int flips = dice.Between(1, 4); flips > 0; flips--)
                {
                    edited[dice.Between(first, file.Length - 1)] ^= (byte)(1 << dice.Below(8));
                }

                return edited;
        }
    }
}
