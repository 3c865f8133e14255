using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>Crops of images whose geometry is known, and where boxes go.</summary>
public class CropTests
{
    private const int Width = 300;
    private const int Height = 260;

    [Theory]
    [InlineData(0, 40, 30, 200, 180)]
    [InlineData(65535, 40, 30, 200, 180)]
    [InlineData(0, 0, 0, 300, 200)]
    [InlineData(0, 100, 0, 200, 260)]
    public void Trim_finds_the_frame_to_the_pixel(int frame, int x, int y, int width, int height)
    {
        var region = new PixelRegion(x, y, width, height);
        var (levels, cropWidth, cropHeight, found) = WorkingImages.Apply("trim", Framed(region, (ushort)frame), Width, Height);

        Assert.Equal(region, found);
        Assert.Equal((width, height), (cropWidth, cropHeight));
        Assert.Equal(Texture(x, y) / 65535.0, levels[0], 1e-6);
        Assert.Equal(Texture(x + width - 1, y + height - 1) / 65535.0, levels[^1], 1e-6);
    }

    [Fact]
    public void Trim_goes_through_a_white_frame_around_a_black_one_with_specks()
    {
        ushort[] stored = Framed(new PixelRegion(60, 50, 180, 150), 0);
        for (int i = 0; i < stored.Length; i++)
        {
            (int x, int y) = (i % Width, i / Width);
            bool isRim = x < 5 || y < 5 || x >= Width - 5 || y >= Height - 5;
            stored[i] = isRim ? (ushort)65535 : stored[i];
        }

        (stored[(20 * Width) + 100], stored[(21 * Width) + 101]) = (50000, 50000);

        Assert.Equal(new PixelRegion(60, 50, 180, 150), WorkingImages.Apply("trim", stored, Width, Height).Region);
    }

    [Fact]
    public void Trim_keeps_a_margin_that_has_writing_on_it()
    {
        ushort[] stored = Framed(new PixelRegion(60, 50, 180, 150), 0);
        for (int y = 10; y < 20; y++)
        {
            stored.AsSpan((y * Width) + 100, 30).Fill(60000);
        }

        Assert.Equal(new PixelRegion(60, 10, 180, 190), WorkingImages.Apply("trim", stored, Width, Height).Region);
    }

    [Fact]
    public void Trim_takes_a_faint_margin_only_where_the_threshold_allows()
    {
        // Margin levels vary by 5 % of the range.
        ushort[] stored = Framed(new PixelRegion(50, 50, 200, 160), 0);
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] = stored[i] == 0 ? (ushort)(i * 31 % 3000) : stored[i];
        }

        Assert.Null(WorkingImages.Apply("trim", stored, Width, Height).Region);
        Assert.Equal(new PixelRegion(50, 50, 200, 160), WorkingImages.Apply("trim(threshold=0.08)", stored, Width, Height).Region);
    }

    [Fact]
    public void Trim_leaves_a_margin_when_asked_and_never_beyond_the_image() => Assert.Equal(
        new PixelRegion(0, 22, 263, 216),
        WorkingImages.Apply("trim(margin=0.1)", Framed(new PixelRegion(10, 40, 230, 180), 0), Width, Height).Region);

    [Theory]
    [InlineData("trim")]
    [InlineData("lungs")]
    public void Images_with_nothing_to_find_stay_whole(string chain)
    {
        Assert.Null(WorkingImages.Apply(chain, new ushort[Width * Height], Width, Height).Region);
        Assert.Null(WorkingImages.Apply(chain, [.. Enumerable.Range(0, Width * Height).Select(i => Texture(i % Width, i / Width))], Width, Height).Region);
        Assert.Null(WorkingImages.Apply(chain, Framed(new PixelRegion(140, 120, 20, 20), 0), Width, Height).Region);
        Assert.Null(WorkingImages.Apply(chain, [7], 1, 1).Region);
        Assert.Null(WorkingImages.Apply(chain, [7, 8, 9], 3, 1).Region);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(20, 10)]
    public void Lungs_contain_two_dark_ellipses_with_the_margin(int dx, int dy)
    {
        PixelRegion region = WorkingImages.Apply("lungs", Ellipses(dx, dy), Width, Height).Region!.Value;

        // Ellipses of 80 x 150 pixels around (90, 120) and (210, 120).
        (int left, int top, int right, int bottom) = (50 + dx, 45 + dy, 250 + dx, 195 + dy);
        Assert.InRange(region.X, left - 45, left);
        Assert.InRange(region.Y, top - 45, top);
        Assert.InRange(region.X + region.Width, right, right + 45);
        Assert.InRange(region.Y + region.Height, bottom, bottom + 45);
    }

    [Fact]
    public void One_dark_area_or_two_unlike_ones_are_no_lungs()
    {
        ushort[] one = [.. Ellipses(0, 0).Select((v, i) => i % Width < 150 ? v : (ushort)40000)];
        ushort[] unlike = [.. Ellipses(0, 0).Select((v, i) => i % Width < 150 || i / Width < 70 ? v : (ushort)40000)];

        Assert.Null(WorkingImages.Apply("lungs", one, Width, Height).Region);
        Assert.Null(WorkingImages.Apply("lungs", unlike, Width, Height).Region);
    }

    [Fact]
    public void A_crop_of_a_crop_counts_from_the_stored_image()
    {
        WorkingImage image = WorkingImages.Of(Framed(PixelRegion.Whole(Width, Height), 0), Width, Height);
        image.Crop(new PixelRegion(30, 20, 200, 200));
        image.Crop(new PixelRegion(5, 7, 100, 90));

        Assert.Equal(new PixelRegion(35, 27, 100, 90), image.Region);
        Assert.Equal(Texture(35, 27), image.Pixels.Pixels[0]);
        Assert.Equal(Texture(134, 116), image.Pixels.Pixels[^1]);
    }

    [Fact]
    public void Steps_after_a_crop_see_only_what_is_left()
    {
        var region = new PixelRegion(40, 30, 200, 180);
        ushort[] stored = Framed(region, 65535);
        double[] inside = [.. from y in Enumerable.Range(30, 180) from x in Enumerable.Range(40, 200) select (double)Texture(x, y)];
        double[] levels = WorkingImages.Apply("trim + minmax", stored, Width, Height).Levels;

        Assert.All(inside.Zip(levels), pair => Assert.Equal((pair.First - inside.Min()) / (inside.Max() - inside.Min()), pair.Second, 1e-5));
    }

    [Fact]
    public void A_prepared_plane_says_its_region_and_keeps_its_proportions()
    {
        DicomImage image = ImagePreparationTests.Image(Framed(new PixelRegion(50, 20, 200, 240), 0), ImagePreparationTests.Header(Height, Width));

        Plane cropped = ImagePreparation.Prepare(image, new PreprocessSpec(120, "voi", "trim + clahe", 8));
        Plane whole = ImagePreparation.Prepare(image, new PreprocessSpec(120, "voi", "clahe", 8));

        Assert.Equal((100, 120, new PixelRegion(50, 20, 200, 240)), (cropped.Width, cropped.Height, cropped.Region));
        Assert.Equal((120, 104, null), (whole.Width, whole.Height, whole.Region));
    }

    [Fact]
    public void Boxes_go_into_the_picture_and_back()
    {
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            var region = new PixelRegion(random.Next(500), random.Next(500), random.Next(1, 3000), random.Next(1, 3000));
            var box = new Box(3000 * random.NextDouble(), 3000 * random.NextDouble(), 6000 * random.NextDouble(), 6000 * random.NextDouble());
            (int width, int height) = (random.Next(1, 1024), random.Next(1, 1024));
            Box there = region.ToPicture(box, width, height), back = region.FromPicture(there, width, height);

            Assert.Equal((box.XMin - region.X) / region.Width, there.XMin / width, 1e-9);
            Assert.Equal((box.YMax - region.Y) / region.Height, there.YMax / height, 1e-9);
            Assert.All(
                new[] { (box.XMin, back.XMin), (box.YMin, back.YMin), (box.XMax, back.XMax), (box.YMax, back.YMax) },
                pair => Assert.Equal(pair.Item1, pair.Item2, 1e-6));
        }
    }

    [Fact]
    public void A_box_outside_is_lost_and_one_across_is_cut()
    {
        var region = new PixelRegion(100, 50, 200, 100);

        Assert.Equal(new Box(120, 60, 130, 70), region.Clip(new Box(120, 60, 130, 70)));
        Assert.Equal(new Box(100, 60, 130, 150), region.Clip(new Box(80, 60, 130, 170)));
        Assert.Null(region.Clip(new Box(10, 60, 90, 70)));
        Assert.Null(region.Clip(new Box(300, 60, 320, 70)));
    }

    /// <summary>Texture in the region, one value around it.</summary>
    private static ushort[] Framed(PixelRegion region, ushort frame) =>
    [
        .. from y in Enumerable.Range(0, Height)
           from x in Enumerable.Range(0, Width)
           let inside = x >= region.X && x < region.X + region.Width && y >= region.Y && y < region.Y + region.Height
           select inside ? Texture(x, y) : frame,
    ];

    private static ushort Texture(int x, int y) => (ushort)(10000 + (((x * 7919) + (y * 104729)) % 40000));

    private static ushort[] Ellipses(int dx, int dy) =>
    [
        .. from y in Enumerable.Range(0, Height)
           from x in Enumerable.Range(0, Width)
           let left = Math.Pow((x - 90 - dx) / 40.0, 2) + Math.Pow((y - 120 - dy) / 75.0, 2)
           let right = Math.Pow((x - 210 - dx) / 40.0, 2) + Math.Pow((y - 120 - dy) / 75.0, 2)
           select (ushort)(Math.Min(left, right) < 1 ? 12000 : 40000),
    ];
}
