using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Dicom;

namespace VinCxr.Cli.Commands.Dicom;

internal sealed record DicomWindow(double Center, double Width);

/// <summary>What <c>dicom info</c> prints; pixel values are as stored, before rescale and window.</summary>
internal sealed record DicomInfo(
    string TransferSyntax, string Photometric, int Rows, int Columns, int BitsAllocated, int BitsStored, bool Signed, int SamplesPerPixel, int Frames,
    long Min, long Max, long Sum, string PixelSha256, double RescaleSlope, double RescaleIntercept, IReadOnlyList<DicomWindow> Windows, bool HasVoiLut,
    IReadOnlyList<string> PhiTags, IReadOnlyList<DicomTagText> Tags)
{
    public static DicomInfo Of(DicomImage image)
    {
        DicomHeader header = image.Header;
        PixelStatistics values = PixelStatistics.Of(image);
        return new DicomInfo(
            header.TransferSyntax, header.Photometric, header.Rows, header.Columns, header.BitsAllocated, header.BitsStored, header.Signed,
            header.SamplesPerPixel, header.Frames, values.Min, values.Max, values.Sum, image.PixelSha256, header.RescaleSlope, header.RescaleIntercept,
            [.. header.Windows.Select(w => new DicomWindow(w.Center, w.Width))], header.VoiLut is not null, header.PhiTags, header.Tags);
    }
}

/// <summary><c>vincxr dicom info</c>: tags and a fingerprint of the decoded pixels.</summary>
internal static class InfoCommand
{
    private static readonly Column<DicomTagText>[] TagColumns =
    [
        new("tag", "Tag", t => t.Tag),
        new("vr", "VR", t => t.Vr),
        new("keyword", "Keyword", t => t.Keyword),
        new("value", "Value", t => t.Value),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> file = ValueOptions.Argument("file", "DICOM file");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("info", "Tags, pixel format and sha256 of the decoded pixels") { file, output };
#if FODICOM
        ChoiceOption<IDicomReader> reader = new("--reader", "Who decodes: a second opinion on a doubtful file", DicomReaders.ByName, "default");
        command.Options.Add(reader);
#endif
        command.SetAction(parse =>
        {
#if FODICOM
            DicomInfo info = DicomInfo.Of(DicomFile.Read(parse.GetRequiredValue(file), reader.ValueOf(parse)));
#else
            DicomInfo info = DicomInfo.Of(DicomFile.Read(parse.GetRequiredValue(file)));
#endif
            Renderer.Show(context, output.ValueOf(parse), info, info.Tags, TagColumns, console =>
            {
                TableRenderer.WriteFacts(console, Facts(info));
                TableRenderer.Write(console, info.Tags, TagColumns, "no tags");
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static List<(string Name, string Value)> Facts(DicomInfo info) =>
    [
        ("transfer syntax", info.TransferSyntax),
        ("image", $"{info.Columns} x {info.Rows} pixels, {info.Photometric}{(info.Frames > 1 ? $", {info.Frames} frames" : "")}"),
        ("bits", $"{info.BitsStored} stored in {info.BitsAllocated}, {(info.Signed ? "signed" : "unsigned")}"),
        ("stored values", string.Create(CultureInfo.InvariantCulture, $"{info.Min} to {info.Max}, sum {info.Sum}")),
        ("rescale", string.Create(CultureInfo.InvariantCulture, $"slope {info.RescaleSlope}, intercept {info.RescaleIntercept}")),
        ("window", Window(info)),
        ("pixel sha256", info.PixelSha256),
        ("personal data", info.PhiTags.Count == 0 ? "no tags found" : string.Join(", ", info.PhiTags)),
    ];

    private static string Window(DicomInfo info)
    {
        if (info.HasVoiLut)
        {
            return "VOI LUT";
        }

        return info.Windows.Count == 0
            ? "none"
            : string.Join("; ", info.Windows.Select(w => string.Create(CultureInfo.InvariantCulture, $"center {w.Center}, width {w.Width}")));
    }
}
