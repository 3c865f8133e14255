using System.CommandLine;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Cli.Commands.Dicom;

/// <summary><c>vincxr dicom render</c>: the picture a model would be given, as PNG.</summary>
internal static class RenderCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> file = ValueOptions.Argument("file", "DICOM file");
        Option<string> outFile = ValueOptions.Required("--out", "Picture to write", "PNG");
        Option<int> size = ValueOptions.Whole("--size", "Longest side in pixels, never enlarged; 0 keeps the original", 0, 0);
        Option<string> transform = ChainOption.One("minmax");
        Option<bool> noWindow = ValueOptions.Flag("--no-window", "Ignore the file's window and VOI LUT");
        ChoiceOption<int> bits = new("--bits", "Bits per pixel", new Dictionary<string, int> { ["8"] = 8, ["16"] = 16 }, "8");
        var command = new Command("render", "Draw the image as PNG, windowed as for training") { file, outFile, size, transform, noWindow, bits };
        command.SetAction(async (parse, cancellationToken) =>
        {
            DicomImage image = DicomFile.Read(parse.GetRequiredValue(file));
            int requested = parse.GetValue(size);
            var spec = new PreprocessSpec(
                requested == 0 ? Math.Max(image.Header.Rows, image.Header.Columns) : requested,
                parse.GetValue(noWindow) ? "none" : "voi",
                parse.GetRequiredValue(transform),
                bits.ValueOf(parse));
            Plane plane = ImagePreparation.Prepare(image, spec);
            string path = parse.GetRequiredValue(outFile);
            await AtomicFile.WriteBytesAsync(path, PlaneCodec.EncodePng(plane), cancellationToken);
            context.Out.WriteLine($"{plane.Width} x {plane.Height} pixels, {plane.Bits} bits{Part(plane, image.Header)}: {path}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What a crop left of the image, in words; empty without one.</summary>
    private static string Part(Plane plane, DicomHeader header) => plane.Region is not { } region
        ? ""
        : $", columns {region.X} to {region.X + region.Width - 1} and rows {region.Y} to {region.Y + region.Height - 1} of {header.Columns} x {header.Rows}";
}
