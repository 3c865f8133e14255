using VinCxr.Cli.Files;
using VinCxr.Cli.Pictures.Exploration;
using VinCxr.Core.Exploration;
using Text = VinCxr.Cli.Rendering.Text;

namespace VinCxr.Cli.Reports;

/// <summary>What <c>dataset stats</c> writes besides its counts: a page, or its pictures one by one.</summary>
internal static class ExplorationReport
{
    /// <summary>Writes one HTML file that needs no other.</summary>
    /// <param name="subject">The data set or file that was looked at.</param>
    public static Task WriteHtmlAsync(string path, string subject, DatasetExploration explored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ReportSection[] sections = [.. ExplorationSections.Of(explored)];
        var page = new HtmlPage($"Data set {subject}");
        page.Facts(Facts(explored));
        foreach ((ReportSection section, (byte[] Light, byte[] Dark)[] pictures) in sections.Zip(DrawAll(sections, cancellationToken)))
        {
            page.Section(section.Title).Paragraph(section.Text);
            foreach ((ReportPicture picture, (byte[] light, byte[] dark)) in section.Pictures.Zip(pictures))
            {
                page.Figure(light, dark, picture.Alt, picture.Caption);
            }

            foreach (ReportTable table in section.Tables)
            {
                page.Table(table.Caption, table.Header, table.Rows, table.Folded);
            }
        }

        string html = page.Build(FormattableString.Invariant($"Looked at on {now.ToLocalTime():yyyy-MM-dd HH:mm} by VinCxr; overlap means IoU above {explored.Overlap.Iou}."));
        return AtomicFile.WriteTextAsync(path, text => text.Write(html), cancellationToken);
    }

    /// <summary>Writes every picture as NAME.png, on light paper.</summary>
    /// <returns>The files.</returns>
    public static async Task<IReadOnlyList<string>> WritePicturesAsync(string folder, DatasetExploration explored, CancellationToken cancellationToken)
    {
        List<string> files = [];
        foreach (ReportPicture picture in ExplorationSections.Of(explored).SelectMany(s => s.Pictures))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(Path.Combine(folder, $"{picture.Name}.png"));
            await AtomicFile.WriteBytesAsync(files[^1], picture.Draw(PlotTheme.Light), cancellationToken);
        }

        return files;
    }

    private static IEnumerable<(string Name, string Value)> Facts(DatasetExploration explored)
    {
        var summary = explored.Summary;
        yield return ("images", Text.Of(summary.Images));
        yield return ("of them normal", Share(summary.NoFindingImages, summary.Images));
        yield return ("boxes", Text.Of(summary.Boxes));
        yield return ("findings that occur", Text.Of(explored.Overlap.PerClass.Count(c => c.Images > 0)));
        yield return ("raters", Text.Of(summary.Raters));
        yield return ("images with overlapping boxes", Share(summary.ImagesWithOverlap, summary.Images));
    }

    public static string Share(int part, int whole) =>
        whole == 0 ? Text.Of(part) : FormattableString.Invariant($"{Text.Of(part)} ({100.0 * part / whole:0.0} %)");

    private static (byte[] Light, byte[] Dark)[][] DrawAll(ReportSection[] sections, CancellationToken cancellationToken)
    {
        var drawn = sections.Select(s => new (byte[] Light, byte[] Dark)[s.Pictures.Count]).ToArray();
        Parallel.ForEach(
            from s in Enumerable.Range(0, sections.Length)
            from p in Enumerable.Range(0, sections[s].Pictures.Count)
            select (s, p),
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            at => drawn[at.s][at.p] = (sections[at.s].Pictures[at.p].Draw(PlotTheme.Light), sections[at.s].Pictures[at.p].Draw(PlotTheme.Dark)));
        return drawn;
    }
}
