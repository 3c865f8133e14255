using System.CommandLine;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Pictures;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Core.Consensus;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Transforms;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset preview</c>: a contact sheet of a few images under each transform, with their boxes.</summary>
internal static class PreviewCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string?>("name") { Description = "Data set, as NAME or NAME@sha256:HEX", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> images = ValueOptions.Optional("--images", "Folder of DICOM files to show instead of a stored data set", "DIR");
        Option<string?> annotations = ValueOptions.Optional("--annotations", "Annotation file of the folder", "CSV");
        Option<int> count = ValueOptions.Whole("--count", "Images, those with boxes first", 6, 1, 100);
        count.Aliases.Add("-n");
        Option<string[]> transforms = ChainOption.Many("each step in turn");
        Option<int> seed = ValueOptions.Whole("--seed", "Same seed, same images", 0, int.MinValue);
        Option<int> size = ValueOptions.Whole("--size", "Longest side of a picture in pixels", 256, 96, 1024);
        ChoiceOption<string> window = ValueOptions.Word("--window", "Use the file's window or VOI LUT, or not", "voi", "voi", "none");
        Option<string> outFile = ValueOptions.Required("--out", "Sheet to write", "PNG");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("preview", "Draw a contact sheet: some images under each transform, with their boxes")
        {
            name, images, annotations, count, transforms, seed, size, window, outFile, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string[] chains = parse.GetValue(transforms) is { Length: > 0 } given ? given : [.. TransformCatalog.Names];
            PreprocessSpec[] specs = [.. chains.Select(chain => new PreprocessSpec(parse.GetValue(size), window.ValueOf(parse), chain))];
            Task<PreviewRow[]> ReadAsync(PreviewSource source) =>
                ReadRowsAsync(context, source, specs, parse.GetValue(count), parse.GetValue(seed), cancellationToken);

            (string? dataset, string? folder) = (parse.GetValue(name), parse.GetValue(images));
            PreviewSource source;
            PreviewRow[] rows;
            if (dataset is null && folder is not null)
            {
                source = PreviewSource.OfFolder(folder, parse.GetValue(annotations));
                rows = await ReadAsync(source);
            }
            else if (dataset is not null && folder is null && parse.GetValue(annotations) is null)
            {
                await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
                source = PreviewSource.OfStore(opened, await new DatasetCatalog(opened).GetAsync(dataset, cancellationToken));
                rows = await ReadAsync(source);
            }
            else
            {
                throw new InvalidInputException("give either a data set's name, or --images DIR with --annotations CSV");
            }

            string path = parse.GetRequiredValue(outFile);
            await AtomicFile.WriteBytesAsync(path, PreviewSheet.Draw(rows, chains, source.Classes, parse.GetValue(size)), cancellationToken);
            PreviewTally[] tallies = [.. chains.Select((chain, column) => PreviewTally.Of(chain, [.. rows.Select(r => r.Cells[column])]))];
            var result = new PreviewResult(path, [.. rows.Select(r => r.ImageId)], tallies);
            Renderer.Show(context, output.ValueOf(parse), result, tallies, PreviewTally.Columns, console =>
            {
                TableRenderer.Write(console, tallies, PreviewTally.Columns, "no transforms");
                context.Out.WriteLine($"{rows.Length} images: {path}");
            });
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The first images of the order that can be read; the others are told of.</summary>
    private static Task<PreviewRow[]> ReadRowsAsync(
        CliContext context, PreviewSource source, PreprocessSpec[] specs, int count, int seed, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, "draw preview", ProgressUnit.Images, async bar =>
        {
            var rows = new List<PreviewRow>();
            foreach (PreviewFile file in source.Shuffled(seed))
            {
                try
                {
                    DicomImage image = DicomReaders.Default.Read(await file.ReadAsync(cancellationToken));
                    rows.Add(await PrepareAsync(file.ImageId, image, source, specs, cancellationToken));
                }
                catch (DicomException error)
                {
                    context.Note($"image '{file.ImageId}' left out: {error.Message}");
                }

                bar.Update(rows.Count, count);
                if (rows.Count == count)
                {
                    break;
                }
            }

            return rows.Count > 0 ? rows.ToArray() : throw new InvalidInputException("none of the images can be read");
        });

    private static async Task<PreviewRow> PrepareAsync(
        string imageId, DicomImage image, PreviewSource source, PreprocessSpec[] specs, CancellationToken cancellationToken)
    {
        (int width, int height) = (image.Header.Columns, image.Header.Rows);
        IReadOnlyList<LabelledImage> labelled = RaterConsensus.Build([.. source.Rows[imageId]], source.Classes, [(imageId, width, height)], new LabelsSpec());
        LabelledImage truth = labelled.Count > 0 ? labelled[0] : new LabelledImage(imageId, width, height, IsNormal: false, []);
        Plane[] planes = await Task.WhenAll(specs.Select(spec => Task.Run(() => ImagePreparation.Prepare(image, spec), cancellationToken)));
        return new PreviewRow(imageId, [.. planes.Select(plane => new PreviewCell(plane, truth))]);
    }
}
