using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Data.Synthesis;

namespace VinCxr.Cli.Commands.Phantom;

/// <summary><c>vincxr phantom</c>: synthetic chest X-rays with annotations, to try everything without patients' data.</summary>
internal static class PhantomCommand
{
    public static Command Create(CliContext context)
    {
        Option<int> count = ValueOptions.Whole("--count", "Images", 100, 1);
        Option<int> size = ValueOptions.Whole("--size", "Longest side in pixels", 512, 64, 4096);
        Option<int> seed = ValueOptions.Whole("--seed", "Same seed, same bytes", 0, int.MinValue);
        Option<double> normal = ValueOptions.Real("--normal", "Share of No finding images", 0.7, 0, 1);
        Option<int> raters = ValueOptions.Whole("--raters", "Readers per image", 3, 1, 17);
        Option<string?> findings = ValueOptions.Optional("--findings", "Class ids to draw, separated by commas [default: all 14]", "ID,ID,...");
        Option<string> outFolder = ValueOptions.Required("--out", "Folder for the .dicom files and train.csv", "DIR");
        var command = new Command("phantom", "Draw synthetic chest X-rays as DICOM files with a train.csv")
        {
            count, size, seed, normal, raters, findings, outFolder,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var options = new PhantomOptions(
                parse.GetValue(count), parse.GetValue(size), parse.GetValue(seed), parse.GetValue(normal), parse.GetValue(raters),
                ParseFindings(parse.GetValue(findings)));
            string folder = parse.GetRequiredValue(outFolder);
            await WriteAsync(context, options, folder, cancellationToken);
            context.Out.WriteLine($"{options.Count} images and train.csv in {folder}");
            context.Note($"next: vincxr dataset ingest phantoms --images {folder} --annotations {Path.Combine(folder, "train.csv")}");
            return ExitCode.Done;
        });
        return command;
    }

    public static Task WriteAsync(CliContext context, PhantomOptions options, string folder, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, "draw phantoms", ProgressUnit.Images, async bar =>
        {
            await PhantomGenerator.WriteAsync(options, folder, new SynchronousProgress<int>(done => bar.Update(done, options.Count)), cancellationToken);
            return true;
        });

    private static int[]? ParseFindings(string? text)
    {
        if (text is null)
        {
            return null;
        }

        HashSet<int> known = [.. ClassList.VinBigData.Findings.Select(c => c.Id)];
        return
        [
            .. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && known.Contains(id)
                    ? id
                    : throw new InvalidInputException($"--findings: '{part}' must be a finding's id in 0..{known.Max()}")),
        ];
    }
}
