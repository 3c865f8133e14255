using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Tests.Loading;

public sealed class EpochSamplerTests
{
    private static readonly LabelledImage[] Images =
    [
        .. Enumerable.Range(0, 10).Select(i => new LabelledImage($"abnormal-{i}", 9, 9, false, [new LabelledBox(3, new Box(1, 1, 5, 5), 1)])),
        .. Enumerable.Range(0, 70).Select(i => new LabelledImage($"normal-{i}", 9, 9, true, [])),
        new LabelledImage("unlabelled", 9, 9, false, []),
    ];

    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 20)]
    [InlineData(2.5, 35)]
    [InlineData(100, 80)]
    public void Negative_ratio_limits_normal_images(double ratio, int expected)
    {
        var sampler = new EpochSampler(Images, ratio, seed: 1);
        LabelledImage[] order = sampler.Order(0);
        Assert.Equal(expected, sampler.Count);
        Assert.Equal(expected, order.Length);
        Assert.Equal(expected, order.DistinctBy(i => i.ImageId).Count());
        Assert.Equal(10, order.Count(i => i.Boxes.Count > 0));
        Assert.DoesNotContain(order, i => i.ImageId == "unlabelled");
    }

    [Fact]
    public void Normal_images_are_drawn_anew_every_epoch_and_the_same_for_the_same_seed()
    {
        var sampler = new EpochSampler(Images, 1, seed: 1);
        Assert.Equal(sampler.Order(3), new EpochSampler(Images, 1, seed: 1).Order(3));
        Assert.NotEqual(sampler.Order(3), new EpochSampler(Images, 1, seed: 2).Order(3));
        Assert.True(Enumerable.Range(0, 30).SelectMany(sampler.Order).Where(i => i.IsNormal).DistinctBy(i => i.ImageId).Count() > 60);
    }

    [Fact]
    public void Nothing_labelled_is_refused() =>
        Assert.Throws<InvalidInputException>(() => new EpochSampler(Images.Where(i => i.ImageId == "unlabelled"), 0, 1));
}
