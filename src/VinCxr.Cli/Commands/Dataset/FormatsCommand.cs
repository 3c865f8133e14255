using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Pictures.Exploration;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Formats;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset formats</c>: what the set costs in each image format.</summary>
internal static class FormatsCommand
{
    private static readonly Column<FormatResult>[] Columns =
    [
        new("format", "Format", f => f.Format),
        new("total_bytes", "Whole set", f => f.Total.Bytes, f => Text.Bytes(f.Total.Bytes), AlignRight: true),
        new("low_bytes", "from", f => f.Total.Low, f => f.Total.Low is { } low ? Text.Bytes(low) : Text.None, AlignRight: true),
        new("high_bytes", "to", f => f.Total.High, f => f.Total.High is { } high ? Text.Bytes(high) : Text.None, AlignRight: true),
        new("bytes_per_pixel", "B/pixel", f => f.BytesPerPixel, f => Number(f.BytesPerPixel, "0.000"), AlignRight: true),
        new("encode_ms", "Encode ms", f => f.EncodeMs, f => Number(f.EncodeMs, "0.0"), AlignRight: true),
        new("decode_ms", "Decode ms", f => f.DecodeMs, f => Number(f.DecodeMs, "0.0"), AlignRight: true),
        new("put_mb_s", "Put MB/s", f => f.PutMBps, f => Number(f.PutMBps, "0"), AlignRight: true),
        new("get_mb_s", "Get MB/s", f => f.GetMBps, f => Number(f.GetMBps, "0"), AlignRight: true),
        new("psnr_db", "PSNR dB", f => f.Psnr, f => f.Psnr is null ? "lossless" : Number(f.Psnr, "0.0"), AlignRight: true),
        new("ssim", "SSIM", f => f.Ssim, f => Number(f.Ssim, "0.00000"), AlignRight: true),
        new("worst_ssim", "worst", f => f.WorstSsim, f => Number(f.WorstSsim, "0.00000"), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<int> sample = ValueOptions.Whole("--sample", "Images to measure, drawn at random", 20, 1);
        Option<bool> all = ValueOptions.Flag("--all", "Measure every image");
        Option<int> seed = ValueOptions.Whole("--seed", "Seed of the sample", 1, int.MinValue);
        Option<int> size = ValueOptions.Whole("--size", "Longest side of the images in pixels, 0 keeps their size", 0, 0, 8192);
        var transform = new Option<string>("--transform")
        {
            Description = "Pixel transform, as preprocess.transform of a sweep",
            HelpName = "NAME",
            DefaultValueFactory = _ => new PreprocessSpec().Transform,
        };
        var jpeg = new Option<string>("--jpeg") { Description = "JPEG qualities, separated by commas", HelpName = "Q,Q,...", DefaultValueFactory = _ => "75,90,95,100" };
        Option<string?> plot = ValueOptions.Optional("--plot", "Draw size against quality as a PNG", "FILE");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("formats", "What the set costs as DICOM, PNG, JPEG, raw and zstd: bytes, time, transfer, quality")
        {
            name, sample, all, seed, size, transform, jpeg, plot, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            var options = new FormatOptions(
                parse.GetValue(all) ? 0 : parse.GetValue(sample), parse.GetValue(size), parse.GetRequiredValue(transform), parse.GetValue(seed),
                Qualities(parse.GetRequiredValue(jpeg)));
            int images = options.Sample == 0 ? manifest.Images.Count : Math.Min(options.Sample, manifest.Images.Count);
            FormatStudyReport report = await ProgressDisplay.RunAsync(context, $"measure {manifest.Name}", ProgressUnit.Images, bar =>
                new FormatStudy(opened).RunAsync(
                    manifest, options, new SynchronousProgress<int>(done => bar.Update(done, images)), context.Clock, cancellationToken));
            if (parse.GetValue(plot) is { } file)
            {
                await AtomicFile.WriteBytesAsync(file, FormatChart.Draw(PlotTheme.Light, report), cancellationToken);
                context.Note($"plot: {file}");
            }

            Renderer.Show(context, output.ValueOf(parse), report, report.Formats, Columns, console =>
            {
                TableRenderer.Write(console, report.Formats, Columns, "");
                console.Write(new Spectre.Console.Text(Method(report) + "\n"));
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static string Method(FormatStudyReport report) => report.Measured == report.Images
        ? $"All {report.Images} images measured. Times are medians per image on one core; quality is against the displayed 16-bit image."
        : $"{report.Measured} of {report.Images} images measured; the whole set is bytes per pixel times {Text.Of(report.Pixels)} pixels (ratio estimate, 95 % interval). " +
          "Times are medians per image on one core; quality is against the displayed 16-bit image.";

    private static int[] Qualities(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int quality) && quality is >= 1 and <= 100
                ? quality
                : throw new InvalidInputException($"--jpeg: '{part}' must be a quality in 1..100")).Distinct(),
    ];

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : Text.None;
}
