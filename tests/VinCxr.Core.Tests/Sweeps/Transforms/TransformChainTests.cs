using CsCheck;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Core.Tests.Sweeps.Transforms;

public class TransformChainTests
{
    [Theory]
    [InlineData("minmax", "minmax")]
    [InlineData("none", "none")]
    [InlineData("  percentile ( low = 1 ,high=99)", "percentile(low=1, high=99)")]
    [InlineData("percentile(high=99, low=1)", "percentile(low=1, high=99)")]
    [InlineData("percentile(1, 99)", "percentile(low=1, high=99)")]
    [InlineData("percentile(low=0.5)", "percentile")]
    [InlineData("percentile()", "percentile")]
    [InlineData("trim(threshold=3e-2)+clahe(clip=3,tiles=16)", "trim + clahe(clip=3, tiles=16)")]
    [InlineData("lungs(margin=0.050) + unsharp(sigma=4, amount=1.0)", "lungs(margin=0.05) + unsharp(sigma=4)")]
    [InlineData("lungs(margin=1e-1)", "lungs")]
    [InlineData("percentile + gamma(0.8)", "percentile + gamma(value=0.8)")]
    [InlineData("gamma-1.5", "gamma(value=1.5)")]
    [InlineData("gamma(1.5)", "gamma(value=1.5)")]
    [InlineData("trim(-0.0)", "trim(threshold=0)")]
    [InlineData("unsharp + unsharp(1e+1)", "unsharp + unsharp(sigma=10)")]
    public void Equal_chains_have_one_canonical_text(string text, string canonical) => Assert.Equal(canonical, TransformChain.ParseOrThrow(text).ToString());

    [Fact]
    public void Canonical_text_reads_back_to_itself()
    {
        Gen<string> chains = Gen.OneOf([.. TransformCatalog.All.Where(d => d.Name != TransformCatalog.None).Select(StepText)])
            .List[1, 5].Select(steps => string.Join("+", steps));
        Properties.Hold(
            chains,
            text =>
            {
                var chain = TransformChain.ParseOrThrow(text);
                Assert.Equal(chain.ToString(), TransformChain.ParseOrThrow(chain.ToString()).ToString());
                Assert.Equal(text.Split(")+").Length, chain.Steps.Count);
            },
            iter: 500);
    }

    [Theory]
    [InlineData("sharpen", "'sharpen' is not one of none, minmax, percentile, equalize, clahe")]
    [InlineData("claeh", "did you mean 'clahe'?")]
    [InlineData("Clahe", "did you mean 'clahe'?")]
    [InlineData("clahe(clips=3)", "clahe has no option 'clips'; it takes clip, tiles, bins; did you mean 'clip'?")]
    [InlineData("minmax(3)", "minmax has no option for '3'; it takes none")]
    [InlineData("clahe(tiles=0)", "clahe: tiles '0' is not allowed; must be a whole number from 1 to 64")]
    [InlineData("clahe(tiles=2.5)", "clahe: tiles '2.5' is not allowed")]
    [InlineData("clahe(clip=0)", "must be a number above 0 and at most 1000")]
    [InlineData("percentile(low=50)", "must be a number of at least 0 and below 50")]
    [InlineData("unsharp(sigma=NaN)", "unsharp: sigma 'NaN' is not allowed")]
    [InlineData("unsharp(sigma=)", "unsharp: sigma '' is not allowed")]
    [InlineData("gamma(0.5, value=0.6)", "gamma has the option 'value' twice")]
    [InlineData("percentile(low=1, 99)", "the bare value '99' follows a named one")]
    [InlineData("none + clahe", "'none' stands alone")]
    [InlineData("clahe + + trim", "'' is no step")]
    [InlineData("", "'' is no step")]
    [InlineData("clahe(clip=3", "in a YAML file, quote a chain that holds commas")]
    [InlineData("clahe clip=3", "'clahe clip=3' is no step")]
    [InlineData("clahe((3))", "is no step")]
    [InlineData("gamma-1.5(2)", "'gamma-1.5' takes no options; it stands for gamma(value=1.5)")]
    public void A_mistake_is_quoted_with_what_is_allowed(string text, string message)
    {
        (TransformChain? chain, IReadOnlyList<string> errors) = TransformChain.Parse(text);

        Assert.Null(chain);
        Assert.Contains(message, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        IReadOnlyList<string> errors = TransformChain.Parse("sharpen + clahe(clip=0, tiles=100, size=3) + gamma(x)").Errors;

        Assert.Equal(5, errors.Count);
        var thrown = Assert.Throws<InvalidInputException>(() => TransformChain.ParseOrThrow("sharpen + gamma(x)"));
        Assert.Contains("'sharpen'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("'x'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_are_bounded()
    {
        Assert.Contains("17 steps", Assert.Single(TransformChain.Parse(string.Join("+", Enumerable.Repeat("unsharp", 17))).Errors), StringComparison.Ordinal);
        Assert.Contains("characters", Assert.Single(TransformChain.Parse(new string('(', 100_000)).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_and_aliases_are_allowed_values()
    {
        Assert.All(TransformCatalog.All, d => Assert.Equal(d.Name, TransformChain.ParseOrThrow(d.Usage).ToString()));
        Assert.All(TransformCatalog.Aliases, a => Assert.Equal(a.Value, TransformChain.ParseOrThrow(a.Key).ToString()));
    }

    [Fact]
    public void A_sweep_file_takes_chains_and_keeps_their_canonical_text()
    {
        SweepSpec spec = SweepFile.ParseOrThrow("""
            name: a
            dataset: b
            preprocess: {transform: 'trim + clahe(tiles=16, clip=3)'}
            parameters:
              preprocess.transform: {values: [minmax, 'percentile(low=1,high=99)', lungs + unsharp]}
              preprocess.bits: {values: [8, 16], when: {preprocess.transform: ['percentile( 1, 99 )']}}
            """);

        Assert.Equal("trim + clahe(clip=3, tiles=16)", spec.Settings.Preprocess.Transform);
        Assert.Equal(["minmax", "percentile(low=1, high=99)", "lungs + unsharp"], spec.Parameters["preprocess.transform"].Values!);
        Assert.Equal(["percentile(low=1, high=99)"], spec.Parameters["preprocess.bits"].When["preprocess.transform"]);
        Assert.Equal(SweepFile.Hash(spec), SweepFile.Hash(SweepFile.ParseOrThrow(SweepFile.Write(spec))));
        Assert.Equal(Hash("trim+clahe(3,16)"), Hash("trim + clahe(tiles=16, clip=3, bins=4096)"));
        Assert.NotEqual(Hash("trim + clahe"), Hash("clahe + trim"));
    }

    [Fact]
    public void A_sweep_file_tells_every_mistake_of_a_chain_under_its_path()
    {
        (_, IReadOnlyList<SweepError> errors) = SweepFile.Parse("""
            name: a
            dataset: b
            preprocess: {transform: 'clahe(clip=0) + sharpen'}
            parameters:
              preprocess.transform: {values: [minmax, minmax(), gamma(0)]}
            """);

        Assert.Equal(["preprocess.transform", "parameters.preprocess.transform.values", "parameters.preprocess.transform.values"], errors.Select(e => e.Path));
        Assert.Contains("clip '0'", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("'sharpen'", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("'minmax()' is listed twice", errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("value '0'", errors[2].Message, StringComparison.Ordinal);
    }

    private static string Hash(string transform) => SweepFile.Hash(SweepFile.ParseOrThrow($"{{name: a, dataset: b, preprocess: {{transform: '{transform}'}}}}"));

    private static Gen<string> StepText(TransformDefinition definition)
    {
        Gen<string> text = Gen.Const(definition.Name + "(");
        foreach (TransformOption option in definition.Options)
        {
            Gen<string> value = option.Whole
                ? Gen.Int[(int)option.Min, (int)option.Max].Select(v => $"{v}")
                : Gen.Double[option.Min + 0.001, option.Max - 0.001].Select(v => $"{v:R}");
            text = Gen.Select(text, value, Gen.Bool, (before, v, given) => given ? $"{before}{option.Name}={v}," : before);
        }

        return text.Select(t => t.TrimEnd(',') + ")");
    }
}
