using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>One kind of damage.</summary>
internal interface IMutation
{
    /// <summary>How often it is taken, relative to the others.</summary>
    int Weight { get; }

    /// <returns>A damaged copy, or the input itself where this kind of damage has no place in it.</returns>
    byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus);
}
