using VinCxr.Fuzz.Corpus;

namespace VinCxr.Fuzz.Mutation;

/// <summary>The head of one file and the tail of another, cut between elements or anywhere.</summary>
internal sealed class SpliceMutation : IMutation
{
    public int Weight => 8;

    public byte[] Apply(byte[] file, Dice dice, SeedCorpus corpus)
    {
        byte[] other = corpus.Pick(dice).File;
        return [.. file.AsSpan(0, Cut(file, dice)), .. other.AsSpan(Cut(other, dice))];
    }

    private static int Cut(byte[] file, Dice dice)
    {
        IReadOnlyList<MappedElement> elements = ElementMap.Of(file).Elements;
        return elements.Count == 0 || dice.OneIn(4) ? dice.Between(0, file.Length) : dice.Of(elements).Offset;
    }
}
