using VinCxr.Data.Dicom;
using VinCxr.Fuzz.Corpus;
using VinCxr.Fuzz.Mutation;

namespace VinCxr.Data.Tests.Dicom.Fuzzing;

public class MutatorTests
{
    private readonly SeedCorpus _corpus = SeedCorpus.Create();

    [Fact]
    public void An_input_is_a_function_of_seed_and_number()
    {
        var one = new Mutator(_corpus, 5);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(one.Make(i), new Mutator(SeedCorpus.Create(), 5).Make(i)));
        Assert.NotEqual(one.Make(0), new Mutator(_corpus, 6).Make(0));
    }

    [Fact]
    public void Inputs_differ_from_each_other_and_from_the_seeds()
    {
        var mutator = new Mutator(_corpus, 1);
        HashSet<string> distinct = [.. Enumerable.Range(0, 2000).Select(i => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(mutator.Make(i))))];
        Assert.InRange(distinct.Count, 1700, 2000);
    }

    [Fact]
    public void Undamaged_seeds_made_here_are_read()
    {
        foreach (Seed seed in _corpus.Seeds.Where(seed => !seed.Name.EndsWith(".dcm", StringComparison.Ordinal)))
        {
            byte[] file = seed.Deflated ? Packing.Deflate(seed.File) : seed.File;
            Assert.NotEmpty(new DicomReader().Read(file).PixelBytes);
        }
    }

    [Fact]
    public void The_map_finds_every_element_of_a_file()
    {
        byte[] item = new DicomBytes().Text(0x00080100, "SH", "CODE").ToArray();
        byte[] file = new DicomBytes().Element(0x00081140, "SQ", new DicomBytes().Item(item).ToArray()).Image(2, 3).Pixels(1, 2, 3, 4, 5, 6)
            .File("1.2.840.10008.1.2.1");
        ElementMap map = ElementMap.Of(file);
        Assert.Equal(
            [0x00020010, 0x00081140, 0xFFFEE000, 0x00080100, 0x00280002, 0x00280004, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x7FE00010],
            map.Elements.Select(element => element.Tag));
        Assert.Equal(file.Length, map.Elements[^1].End);
        Assert.Equal(file.Length - 12, map.PixelsAt);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_damage_changes_files(Type kind)
    {
        var mutation = (IMutation)Activator.CreateInstance(kind)!;
        int changed = Enumerable.Range(0, 500).Count(i =>
        {
            var dice = new VinCxr.Fuzz.Dice(3, i);
            byte[] good = _corpus.Pick(dice).File;
            return !mutation.Apply(good, dice, _corpus).AsSpan().SequenceEqual(good);
        });
        Assert.True(changed > 100, $"{changed} of 500 files changed");
    }

    public static TheoryData<Type> Kinds =>
        [.. typeof(IMutation).Assembly.GetTypes().Where(type => type is { IsClass: true } && type.IsAssignableTo(typeof(IMutation)))];
}
