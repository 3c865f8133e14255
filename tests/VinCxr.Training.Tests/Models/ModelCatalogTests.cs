using TorchSharp;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models;

namespace VinCxr.Training.Tests.Models;

public sealed class ModelCatalogTests
{
    /// <summary>
    /// s to x: counts computed from the published layout. n with 80 classes: the published 1,867,405 counts the model after batch
    /// norms are folded into biases; before folding each of its 4,752 norm channels has two parameters where one bias is left.
    /// </summary>
    [Theory]
    [InlineData("n", 80, 1_867_405 + 4_752)]
    [InlineData("s", 80, 7_235_389)]
    [InlineData("s", 90, 7_262_359)]
    [InlineData("s", 91, 7_265_056)]
    [InlineData("s", 14, 7_057_387)]
    [InlineData("s", 15, 7_060_084)]
    [InlineData("m", 80, 21_190_557)]
    [InlineData("m", 90, 21_230_967)]
    [InlineData("m", 91, 21_235_008)]
    [InlineData("m", 14, 20_923_851)]
    [InlineData("m", 15, 20_927_892)]
    [InlineData("l", 80, 46_563_709)]
    [InlineData("l", 90, 46_617_559)]
    [InlineData("l", 91, 46_622_944)]
    [InlineData("l", 14, 46_208_299)]
    [InlineData("l", 15, 46_213_684)]
    [InlineData("x", 80, 86_749_405)]
    [InlineData("x", 90, 86_816_695)]
    [InlineData("x", 91, 86_823_424)]
    [InlineData("x", 14, 86_305_291)]
    [InlineData("x", 15, 86_312_020)]
    public void Parameter_counts_equal_the_published_architecture(string variant, int classes, long expected) =>
        Assert.Equal(expected, ModelCatalog.CountParameters("yolov5", variant, classes));

    [Fact]
    public void Counting_without_memory_agrees_with_a_real_model()
    {
        using Detector detector = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 3);

        Assert.Equal(detector.parameters().Sum(p => p.numel()), ModelCatalog.CountParameters("yolov5", "n", 3));
    }

    [Fact]
    public void A_seed_fixes_the_weights_and_leaves_the_global_generator_alone()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor before = torch.get_rng_state();
        using Detector first = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 2, seed: 5);
        torch.Tensor after = torch.get_rng_state();
        using Detector second = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 2, seed: 5);
        using Detector other = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 2, seed: 6);

        Assert.True(before.eq(after).all().item<bool>());
        Assert.All(first.parameters().Zip(second.parameters()), pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
        Assert.False(first.parameters().First().eq(other.parameters().First()).all().item<bool>());
    }

    [Theory]
    [InlineData("yolov9", "s", 640, 14, "unknown model family 'yolov9': use one of yolov5")]
    [InlineData("yolov5", "xxl", 640, 14, "unknown variant 'xxl' of yolov5: use one of n, s, m, l, x")]
    [InlineData("yolov5", "s", 600, 14, "image size 600 cannot be used: yolov5 needs a multiple of 32")]
    [InlineData("yolov5", "s", 0, 14, "image size 0 cannot be used: yolov5 needs a multiple of 32")]
    [InlineData("yolov5", "s", 640, 0, "a model for 0 classes cannot be made: use at least 1")]
    public void What_does_not_exist_is_refused_with_what_does(string family, string variant, int size, int classes, string message)
    {
        var error = Assert.Throws<InvalidInputException>(() => ModelCatalog.Create(new ModelSpec(family, variant, size), classes));
        Assert.Equal(message, error.Message);
    }
}
