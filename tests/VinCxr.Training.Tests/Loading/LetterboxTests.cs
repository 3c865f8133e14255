using CsCheck;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Tests.Loading;

public sealed class LetterboxTests
{
    [Fact]
    public void Mapping_back_undoes_mapping()
    {
        Gen.Select(Gen.Int[40, 3000], Gen.Int[40, 3000], Gen.Int[1, 4], Gen.Int[2, 20].Select(i => 32 * i)).Sample(
            (width, height, reduction, size) =>
            {
                var image = new PreparedImage("a", Math.Max(1, width / reduction), Math.Max(1, height / reduction), 8, width, height);
                var letterbox = Letterbox.For(image, size);
                Assert.Equal(size, Math.Max(letterbox.Width, letterbox.Height));
                var box = new Box(width * 0.1, height * 0.2, width * 0.8, height * 0.9);
                SampleBox padded = new SampleBox(0, letterbox.Scale(box)).Moved(letterbox.Left, letterbox.Top);
                Box back = letterbox.ToOriginal(padded.Box);
                Assert.Equal(box.XMin, back.XMin, 1e-6);
                Assert.Equal(box.YMin, back.YMin, 1e-6);
                Assert.Equal(box.XMax, back.XMax, 1e-6);
                Assert.Equal(box.YMax, back.YMax, 1e-6);
            },
            iter: 300);
    }

    [Fact]
    public void Boxes_outside_the_image_are_clipped_on_the_way_back()
    {
        var letterbox = Letterbox.For(new PreparedImage("a", 50, 100, 8, 500, 1000), 64);
        Assert.Equal(new Box(0, 0, 500, 1000), letterbox.ToOriginal(new Box(-5, -5, 70, 70)));
    }

    [Fact]
    public void A_crop_moves_boxes_into_its_region_and_back()
    {
        var image = new PreparedImage("a", 100, 50, 8, 1000, 800) { Region = new PixelRegion(200, 300, 400, 200) };
        var letterbox = Letterbox.For(image, 128);
        Assert.Equal(new Box(32, 16, 64, 48), letterbox.Scale(new Box(300, 350, 400, 450)));
        Assert.Equal(new Box(300, 350, 400, 450), letterbox.ToOriginal(new Box(32, 32 + 16, 64, 32 + 48)));
        Assert.Equal(new Box(200, 300, 600, 500), letterbox.ToOriginal(new Box(-9, -9, 200, 200)));
    }

    [Fact]
    public void A_16_bit_plane_reads_as_its_8_bit_twin()
    {
        SquareImages eight = SquareImages.Draw(3, seed: 1, bits: 8), sixteen = SquareImages.Draw(3, seed: 1, bits: 16);
        for (int i = 0; i < 3; i++)
        {
            using Sample a = new SampleReader(eight.Source, SquareImages.Classes, 64).Read(eight.Images[i]);
            using Sample b = new SampleReader(sixteen.Source, SquareImages.Classes, 64).Read(sixteen.Images[i]);
            Assert.Equal(a.Boxes, b.Boxes);
            float[] left = a.Pixels.AsSpan<float>().ToArray(), right = b.Pixels.AsSpan<float>().ToArray();

            // Enlarging interpolates in the stored depth, so 8 bits round to 1/255.
            Assert.All(left.Zip(right), p => Assert.Equal(p.First, p.Second, 1.01f / 255));
        }
    }

    [Fact]
    public void An_unknown_class_is_refused_by_number()
    {
        SquareImages images = SquareImages.Draw(1, seed: 1);
        LabelledImage wrong = images.Images[0] with { Boxes = [new LabelledBox(42, new Box(1, 1, 9, 9), 1)] };
        var error = Assert.Throws<InvalidInputException>(() => new SampleReader(images.Source, SquareImages.Classes, 64).Read(wrong));
        Assert.Contains("42", error.Message, StringComparison.Ordinal);
    }
}
