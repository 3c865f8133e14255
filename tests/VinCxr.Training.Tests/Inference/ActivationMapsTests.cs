using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Data.Activations;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Training.Inference;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;

namespace VinCxr.Training.Tests.Inference;

public sealed class ActivationMapsTests
{
    [Fact]
    public void Cells_of_the_padding_are_left_out()
    {
        // 200 x 100 becomes 64 x 32 with 16 rows of padding above and below: rows 1 and 2 of 4.
        Letterbox letterbox = Letterbox.For(new PreparedImage("wide", 200, 100, 8, 200, 100), 64);
        float[] values = [9, 9, 9, 9, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.3f, 0.2f, float.NaN, 9, 9, 9, 9];
        ActivationMap map = ActivationMaps.Of("wide", new ConfidenceMap(4, 4, values), letterbox);

        Assert.Equal(("wide", 4, 2, 0.4f), (map.ImageId, map.Width, map.Height, map.Peak));
        Assert.Equal([0, 64, 128, 191, 255, 191, 128, 0], map.Cells);
        Assert.Equal(new Box(0, 0, 200, 100), map.Area);
        Assert.Equal(PixelRegion.Whole(200, 100), map.Seen);
    }

    [Fact]
    public void Cells_that_the_image_touches_stay_and_reach_beyond_it()
    {
        // 100 x 128 becomes 50 x 64 with 7 columns of padding on the left: two pixels of the original a pixel of the network.
        Letterbox letterbox = Letterbox.For(new PreparedImage("tall", 100, 128, 8, 100, 128), 64);
        ActivationMap map = ActivationMaps.Of("tall", new ConfidenceMap(4, 4, new float[16]), letterbox);

        Assert.Equal((4, 4, 0f), (map.Width, map.Height, map.Peak));
        Assert.Equal(new Box(-14, 0, 114, 128), map.Area);
        Assert.All(map.Cells, cell => Assert.Equal(0, cell));
    }

    [Fact]
    public void A_cropped_image_is_mapped_back_to_where_its_crop_was()
    {
        var image = new PreparedImage("a", 100, 50, 8, 1000, 800) { Region = new PixelRegion(200, 300, 400, 200) };
        ActivationMap map = ActivationMaps.Of("a", new ConfidenceMap(8, 8, new float[64]), Letterbox.For(image, 128));

        Assert.Equal((8, 4), (map.Width, map.Height));
        Assert.Equal(new Box(200, 300, 600, 500), map.Area);
        Assert.Equal(new PixelRegion(200, 300, 400, 200), map.Seen);
    }

    [Fact]
    public void Any_point_of_an_image_finds_the_cell_that_the_network_has_for_it()
    {
        Gen.Select(Gen.Int[40, 3000], Gen.Int[40, 3000], Gen.Int[1, 4], Gen.Int[2, 20], Gen.Double[0, 0.999], Gen.Double[0, 0.999]).Sample(
            (width, height, reduction, cells, across, down) =>
            {
                int size = 32 * cells;
                Letterbox letterbox = Letterbox.For(new PreparedImage("a", Math.Max(1, width / reduction), Math.Max(1, height / reduction), 8, width, height), size);
                (double x, double y) = (width * across, height * down);
                Box inside = letterbox.Scale(new Box(x, y, x, y));
                (double networkX, double networkY) = ((inside.XMin + letterbox.Left) / 16, (inside.YMin + letterbox.Top) / 16);
                (double nearX, double nearY) = (networkX - Math.Round(networkX), networkY - Math.Round(networkY));
                if (Math.Abs(nearX) < 1e-6 || Math.Abs(nearY) < 1e-6)
                {
                    // On the line between two cells.
                    return;
                }

                var values = new float[4 * cells * cells];
                values[((int)networkY * 2 * cells) + (int)networkX] = 0.5f;
                ActivationMap map = ActivationMaps.Of("a", new ConfidenceMap(2 * cells, 2 * cells, values), letterbox);
                int column = (int)((x - map.Area.XMin) / map.Area.Width * map.Width), row = (int)((y - map.Area.YMin) / map.Area.Height * map.Height);
                Assert.Equal((255, 0.5f), (map.Cells[(row * map.Width) + column], map.Peak));
                Assert.Equal(1, map.Cells.Count(c => c > 0));
            },
            iter: 300);
    }
}
