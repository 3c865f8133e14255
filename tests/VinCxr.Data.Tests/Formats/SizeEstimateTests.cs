using VinCxr.Data.Formats;

namespace VinCxr.Data.Tests.Formats;

public sealed class SizeEstimateTests
{
    [Theory]
    [InlineData(3, 3.182)]
    [InlineData(9, 2.262)]
    [InlineData(19, 2.093)]
    [InlineData(59, 2.001)]
    public void Students_quantile_is_that_of_the_tables(int degrees, double quantile) => Assert.InRange(SizeEstimate.Student(degrees) / quantile, 0.99, 1.01);

    [Fact]
    public void Bytes_in_proportion_to_pixels_are_known_exactly()
    {
        SizeEstimate estimate = SizeEstimate.Of([(100, 50), (300, 150), (200, 100)], images: 50, pixels: 10_000);
        Assert.Equal(new SizeEstimate(5000, 5000, 5000), estimate);
    }

    [Fact]
    public void The_whole_set_is_exact_and_one_image_gives_no_interval()
    {
        Assert.Equal(new SizeEstimate(70, 70, 70), SizeEstimate.Of([(10, 50), (10, 20)], images: 2, pixels: 20));
        Assert.Equal(new SizeEstimate(100, null, null), SizeEstimate.Of([(10, 50)], images: 2, pixels: 20));
    }

    [Fact]
    public void The_interval_holds_the_truth_as_often_as_it_says()
    {
        // 400 images of which 25 are drawn, 2,000 times: bytes are pixels times a rate that varies by a fifth.
        var random = new Random(11);
        (long Pixels, long Bytes)[] set =
        [
            .. Enumerable.Range(0, 400).Select(_ => (long)random.Next(2_000_000, 10_000_000)).Select(p => (p, (long)(p * (0.4 + (0.16 * random.NextDouble()))))),
        ];
        long pixels = set.Sum(s => s.Pixels), truth = set.Sum(s => s.Bytes);
        int held = 0;
        for (int draw = 0; draw < 2000; draw++)
        {
            random.Shuffle(set);
            SizeEstimate estimate = SizeEstimate.Of(set[..25], set.Length, pixels);
            held += estimate.Low <= truth && truth <= estimate.High ? 1 : 0;
        }

        Assert.InRange(held / 2000.0, 0.93, 0.97);
    }
}
