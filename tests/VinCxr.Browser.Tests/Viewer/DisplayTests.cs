using System.Runtime.InteropServices;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;
using VinCxr.Testing;
using VinCxr.Testing.Dicom;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>Every way in which a file may say how it is to be shown: the browser shows the levels that images are prepared with.</summary>
public sealed class DisplayTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    private const int Side = 64;
    private const string Explicit = "1.2.840.10008.1.2.1";

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["exact"] = Windowed(Image(), "500", "700", "LINEAR_EXACT"),
        ["inverted"] = Windowed(Image("MONOCHROME1"), "2000", "1500", null),
        ["lut"] = Image().Element(0x00283010, "SQ", LutItem()).Pixels(Ramp()).File(Explicit),
        ["narrow"] = Windowed(Image(), "1000.5", "1", null),
        ["rescaled"] = Image().Text(0x00281050, "DS", "-300").Text(0x00281051, "DS", "900").Text(0x00281052, "DS", "-1024").Text(0x00281053, "DS", "0.5").Pixels(Ramp()).File(Explicit),
        ["sigmoid"] = Windowed(Image(), "1500", "900", "SIGMOID"),
        ["signed"] = Windowed(new DicomBytes().Image(Side, Side, signed: true), "-50", "30000", null),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_shows_the_levels_that_images_are_prepared_with()
    {
        using var folder = new TempDirectory();
        await TakeInAsync(folder);
        await using var opened = await browser.OpenAsync(new Uri(server.Address, "/viewer?dataset=odd"), dark: true);
        var viewer = ViewerDriver.Of(opened, server);
        foreach (var (name, file) in Files)
        {
            await Expect(viewer.Page.GetByTestId("caption")).ToHaveTextAsync(name);
            await viewer.ShownAsync();
            var plane = ImagePreparation.Prepare(new DicomReader().Read(file), new PreprocessSpec(Side, "voi", "none", 16));
            ushort[] levels = MemoryMarshal.Cast<byte, ushort>(plane.Bytes).ToArray();
            foreach (int x in new[] { 2, 17, 31, 40, 63 })
            {
                foreach (int y in new[] { 0, 13, 30, 47, 62 })
                {
                    int shown = await viewer.GreyAsync(x, y, Side, Side), expected = (int)Math.Round(levels[(y * Side) + x] * 255.0 / ushort.MaxValue);
                    Assert.True(Math.Abs(expected - shown) <= 1, $"{name} at {x}, {y}: {shown} in place of {expected}");
                }
            }

            await viewer.Page.Keyboard.PressAsync("ArrowRight");
        }

        Assert.Empty(opened.Errors);
    }

    private async Task TakeInAsync(TempDirectory folder)
    {
        List<string> rows = ["image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max"];
        foreach (var (name, file) in Files)
        {
            await File.WriteAllBytesAsync(folder.File($"{name}.dicom"), file, Cancel);
            rows.Add($"{name},No finding,14,R1,,,,");
        }

        await File.WriteAllLinesAsync(folder.File("train.csv"), rows, Cancel);
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel);
        var report = await new DatasetIngest(store).RunAsync("odd", folder.Path, folder.File("train.csv"), new IngestOptions(Parallelism: 1), cancellationToken: Cancel);
        Assert.NotNull(report);
    }

    private static DicomBytes Image(string photometric = "MONOCHROME2") => new DicomBytes().Image(Side, Side, stored: 12, photometric: photometric);

    private static byte[] Windowed(DicomBytes image, string center, string width, string? function)
    {
        image.Text(0x00281050, "DS", center).Text(0x00281051, "DS", width);
        return (function is null ? image : image.Text(0x00281056, "CS", function)).Pixels(Ramp()).File(Explicit);
    }

    /// <summary>All values of 12 bits.</summary>
    private static ushort[] Ramp() => [.. Enumerable.Range(0, Side * Side).Select(i => (ushort)(i * 37 % 4096))];

    /// <summary>A table that bends: darker in the middle than a straight line.</summary>
    private static byte[] LutItem()
    {
        ushort[] table = [.. Enumerable.Range(0, 4096).Select(i => (ushort)(i * i / 4096 * 16))];
        byte[] item = new DicomBytes().Us(0x00283002, 4096, 0, 16).Element(0x00283006, "OW", new DicomBytes().Words(table)).ToArray();
        return new DicomBytes().Item(item).ToArray();
    }
}
