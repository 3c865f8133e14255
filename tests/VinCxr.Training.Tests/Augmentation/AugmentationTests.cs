using CsCheck;
using OpenCvSharp;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Augmentation;
using VinCxr.Training.Loading;
using VinCxr.Training.Tests.Loading;

namespace VinCxr.Training.Tests.Augmentation;

public sealed class AugmentationTests
{
    private const int Size = 64;

    // Half-way between the grey background and the white square.
    private const float White = 0.72f;

    private static readonly AugmentSpec Nothing =
        new() { Mosaic = 0, Hflip = 0, Scale = 0, Translate = 0, Degrees = 0, Brightness = 0, Contrast = 0 };

    private static readonly Gen<AugmentSpec> AnySpec =
        from mosaic in Gen.Double[0, 1]
        from mix in Gen.Double[0, 1]
        from scale in Gen.Double[0, 0.9]
        from translate in Gen.Double[0, 0.5]
        from degrees in Gen.Double[0, 45]
        from light in Gen.Double[0, 0.5]
        select new AugmentSpec
        {
            Mosaic = mosaic,
            Cutmix = mix,
            Mixup = mix,
            Hflip = 0.5,
            Scale = scale,
            Translate = translate,
            Degrees = degrees,
            Brightness = light,
            Contrast = light,
        };

    [Fact]
    public void Whatever_the_strengths_boxes_and_pixels_stay_in_bounds()
    {
        SquareImages images = SquareImages.Draw(8, seed: 1);
        var reader = new SampleReader(images.Source, SquareImages.Classes, Size);
        Gen.Select(AnySpec, Gen.Int[0, 7], Gen.Int).Sample(
            (spec, index, seed) =>
            {
                using Sample sample = new AugmentationPipeline(reader, spec).Build(images.Images, index, new Random(seed));
                Assert.Equal((Size, Size), (sample.Width, sample.Height));
                Assert.All(sample.Boxes, b => Assert.True(
                    b.Box.IsValid && b.Box.XMin >= 0 && b.Box.YMin >= 0 && b.Box.XMax <= Size && b.Box.YMax <= Size && b.ClassIndex is 0 or 1, $"{b}"));
                Assert.DoesNotContain(sample.Pixels.AsSpan<float>().ToArray(), p => !(p >= 0 && p <= 1));
            },
            iter: 200);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.4, 0)]
    [InlineData(0.4, 30)]
    public void The_box_follows_the_pixels(double strength, double degrees)
    {
        SquareImages images = SquareImages.Draw(30, seed: 2);
        var reader = new SampleReader(images.Source, SquareImages.Classes, Size);
        var pipeline = new AugmentationPipeline(
            reader, Nothing with { Scale = strength, Translate = strength / 2, Degrees = degrees, Hflip = strength });
        for (int i = 0; i < images.Images.Count; i++)
        {
            using Sample sample = pipeline.Build(images.Images, i, new Random(i));
            if (sample.Boxes.Count == 0)
            {
                continue;
            }

            Box expected = Assert.Single(sample.Boxes).Box;

            // A rotated corner that is cut off moves the white pixels' bounds, not the box's: only whole squares are compared then.
            if (degrees > 0 && (expected.XMin == 0 || expected.YMin == 0 || expected.XMax == Size || expected.YMax == Size))
            {
                continue;
            }

            Box seen = WhiteBounds(sample);
            double tolerance = degrees > 0 ? 2 : 1;
            Assert.True(
                Math.Abs(seen.XMin - expected.XMin) <= tolerance && Math.Abs(seen.YMin - expected.YMin) <= tolerance &&
                Math.Abs(seen.XMax - expected.XMax) <= tolerance && Math.Abs(seen.YMax - expected.YMax) <= tolerance,
                $"image {i}: box {expected}, pixels {seen}");
        }
    }

    [Fact]
    public void Boxes_of_a_mosaic_lie_on_white_pixels()
    {
        SquareImages images = SquareImages.Draw(12, seed: 3);
        var reader = new SampleReader(images.Source, SquareImages.Classes, Size);
        var pipeline = new AugmentationPipeline(reader, Nothing with { Mosaic = 1 });
        int boxes = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            using Sample sample = pipeline.Build(images.Images, seed % 12, new Random(seed));
            foreach (SampleBox item in sample.Boxes)
            {
                boxes++;
                Assert.True(WhiteShare(sample, item.Box) > 0.9, $"seed {seed}: {item.Box} is {WhiteShare(sample, item.Box):P0} white");
            }
        }

        Assert.True(boxes > 50);
    }

    [Fact]
    public void Two_mirrors_are_none()
    {
        SquareImages images = SquareImages.Draw(1, seed: 4);
        using Sample sample = new SampleReader(images.Source, SquareImages.Classes, Size).Read(images.Images[0]);
        float[] pixels = sample.Pixels.AsSpan<float>().ToArray();
        SampleBox[] boxes = [.. sample.Boxes];
        var flip = new HorizontalFlip(1);
        flip.Apply(sample, new Random(0), NoOther);
        Assert.NotEqual(boxes[0], sample.Boxes[0]);
        flip.Apply(sample, new Random(0), NoOther);
        Assert.Equal(pixels, sample.Pixels.AsSpan<float>().ToArray());
        Assert.Equal(boxes[0].Box.XMin, sample.Boxes[0].Box.XMin, 1e-9);
        Assert.Equal(boxes[0].Box.XMax, sample.Boxes[0].Box.XMax, 1e-9);
    }

    [Fact]
    public void Mixup_blends_pixels_and_keeps_the_boxes_of_both()
    {
        using Sample sample = new Mixup(Size, 1).Apply(Flat(0, new Box(1, 2, 30, 40)), new Random(5), () => Flat(1, new Box(10, 20, 60, 50)));
        Assert.Equal([new Box(1, 2, 30, 40), new Box(10, 20, 60, 50)], sample.Boxes.Select(b => b.Box));

        // Beta(32, 32) has a standard deviation of 0.062 about a half.
        Assert.All(sample.Pixels.AsSpan<float>().ToArray(), p => Assert.InRange(p, 0.2f, 0.8f));
    }

    [Fact]
    public void Cutmix_swaps_a_rectangle_and_its_boxes()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var whole = new Box(0, 0, Size, Size);
            using Sample sample = new Cutmix(Size, 1).Apply(Flat(0, whole), new Random(seed), () => Flat(1, whole));
            Box cut = WhiteBounds(sample);
            bool keepsOwn = cut.Area <= Cutmix.MinUncovered * whole.Area, keepsOther = cut.Area >= Sample.MinVisible * whole.Area;
            var expected = new List<Box>();
            expected.AddRange(keepsOwn ? [whole] : []);
            expected.AddRange(keepsOther ? [cut] : []);
            Assert.Equal(expected, sample.Boxes.Select(b => b.Box));
        }
    }

    [Fact]
    public void Contrast_turns_about_mid_grey()
    {
        using Sample sample = new BrightnessContrast(0, 0.5).Apply(Flat(0.5f, default), new Random(6), NoOther);
        Assert.All(sample.Pixels.AsSpan<float>().ToArray(), p => Assert.Equal(0.5f, p, 1e-6f));
    }

    private static Sample NoOther() => throw new InvalidOperationException("this step needs no other image");

    private static Sample Flat(float value, Box box) =>
        new(new Mat(Size, Size, MatType.CV_32FC1, Scalar.All(value)), [new SampleBox(0, box)]);

    private static Box WhiteBounds(Sample sample)
    {
        double xMin = Size, yMin = Size, xMax = 0, yMax = 0;
        Span<float> pixels = sample.Pixels.AsSpan<float>();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] > White)
            {
                (xMin, xMax) = (Math.Min(xMin, i % Size), Math.Max(xMax, i % Size + 1));
                (yMin, yMax) = (Math.Min(yMin, i / Size), Math.Max(yMax, i / Size + 1));
            }
        }

        return new Box(xMin, yMin, xMax, yMax);
    }

    private static double WhiteShare(Sample sample, Box box)
    {
        using Mat inside = sample.Pixels[new Rect(
            (int)Math.Round(box.XMin), (int)Math.Round(box.YMin), (int)Math.Round(box.Width), (int)Math.Round(box.Height)).Intersect(new Rect(0, 0, Size, Size))];
        using Mat white = inside.GreaterThan(White).ToMat();
        return Cv2.CountNonZero(white) / (double)(inside.Rows * inside.Cols);
    }
}
