using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Makes input number i of a run: a pure function of seed, i and corpus, so that any input can be made again by itself.</summary>
internal sealed class Mutator(SeedCorpus corpus, ulong seed)
{
    /// <summary>Longest input; nesting and splices are cut there.</summary>
    public const int LongestInput = 512 * 1024;

    private const int BombOneIn = 600;

    private static readonly IMutation[] All =
    [
        new ByteMutation(), new SpliceMutation(), new LengthMutation(), new TagMutation(), new NumberMutation(), new NestingMutation(),
        new FragmentMutation(), new CodestreamMutation(), new ResizeMutation(),
    ];

    private static readonly int[] Weights = Array.ConvertAll(All, mutation => mutation.Weight);
    private static readonly int Total = Weights.Sum();

    public byte[] Make(long index)
    {
        var dice = new Dice(seed, index);
        Seed origin = corpus.Pick(dice);
        byte[] file = origin.File;
        do
        {
            file = All[dice.Weighted(Weights, Total)].Apply(file, dice, corpus);
        }
        while (dice.OneIn(2));

        if (origin.Deflated)
        {
            file = Pack(file, dice);
        }

        return file.Length <= LongestInput ? file : file[..LongestInput];
    }

    /// <summary>Packed again most of the time; sometimes left inflated, damaged after packing, or blown up.</summary>
    private byte[] Pack(byte[] file, Dice dice)
    {
        if (dice.OneIn(BombOneIn))
        {
            return Packing.Bomb(file, dice);
        }

        byte[] packed = dice.OneIn(16) ? file : Packing.Deflate(file);
        return dice.OneIn(4) ? All[0].Apply(packed, dice, corpus) : packed;
    }
}
