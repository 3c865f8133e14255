using VinCxr.Cli.Files;
using VinCxr.Cli.Pictures;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Predictions;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Demo;

/// <summary>The demo's pictures: curves of the best entry of the leaderboard, and its predictions over images it never saw in training.</summary>
internal static class DemoPictures
{
    private const int ImagesShown = 9;
    private const int NormalsShown = 2;
    private const int CellSize = 448;

    public static async Task WriteAsync(
        EmbeddedCluster cluster, SweepDetails sweep, Leaderboard board, DemoFolder folder, CancellationToken cancellationToken)
    {
        DatasetManifest manifest = await new DatasetCatalog(cluster.Store).GetAsync($"{DemoPlan.Dataset}@sha256:{sweep.DatasetVersion}", cancellationToken);
        IReadOnlyList<LabelledImage> images = RaterConsensus.Build(
            manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], new LabelsSpec());
        (string name, IReadOnlyList<Prediction> predictions) = await BestAsync(cluster, sweep, board, cancellationToken);

        MapResult result = MeanAveragePrecision.Evaluate(RaterConsensus.ToGroundTruth(images, manifest.Classes), predictions, manifest.Classes);
        string title = $"{name}, all folds pooled, out of fold: mAP@0.4 = {Text.Score(result.Map)}";
        await PrecisionRecallPlot.WriteAsync(folder.File("pr-curve.png"), result.PerClass, title, cancellationToken);

        ILookup<string, Prediction> byImage = predictions.ToLookup(p => p.ImageId);
        var cells = new List<SheetImage>();
        foreach (LabelledImage image in Choose(images))
        {
            Plane plane = await ReadAsync(cluster.Store, manifest.Images.First(i => i.ImageId == image.ImageId), cancellationToken);
            cells.Add(new SheetImage(plane, image, [.. byImage[image.ImageId]]));
        }

        await AtomicFile.WriteBytesAsync(folder.File("contact-sheet.png"), ContactSheet.Draw(cells, manifest.Classes, $"{name}, out of fold"), cancellationToken);
    }

    private static async Task<(string Name, IReadOnlyList<Prediction> Predictions)> BestAsync(
        EmbeddedCluster cluster, SweepDetails sweep, Leaderboard board, CancellationToken cancellationToken)
    {
        if (board.Ensembles.FirstOrDefault(e => e is { BeatsBestVariant: true, PredictionsBlob: not null }) is { } ensemble)
        {
            return ($"ensemble {ensemble.Id}", await StoredPredictions.ReadAsync(cluster.Store, ensemble.PredictionsBlob!, cancellationToken));
        }

        string best = board.Variants[0].Variant;
        var pooled = new List<Prediction>();
        foreach (TrialSummary trial in sweep.Trials.Where(t => t.Variant == best))
        {
            TrialDetails details = await cluster.Grains.GetGrain<ITrialGrain>(trial.Id).GetAsync();
            pooled.AddRange(await StoredPredictions.ReadAsync(cluster.Store, details.PredictionsBlob!, cancellationToken));
        }

        return ($"variant {best}", pooled);
    }

    /// <summary>Images that together show every class as often as possible, and a few normal ones.</summary>
    private static List<LabelledImage> Choose(IReadOnlyList<LabelledImage> images)
    {
        var chosen = new List<LabelledImage>();
        var shown = new Dictionary<int, int>();
        List<LabelledImage> abnormal = [.. images.Where(i => i.Boxes.Count > 0)];
        while (chosen.Count < ImagesShown - NormalsShown && abnormal.Count > 0)
        {
            LabelledImage next = abnormal.MaxBy(i => i.Boxes.Select(b => b.ClassId).Distinct().Sum(c => 1.0 / (1 + shown.GetValueOrDefault(c) * 2)))!;
            abnormal.Remove(next);
            chosen.Add(next);
            foreach (int classId in next.Boxes.Select(b => b.ClassId).Distinct())
            {
                shown[classId] = shown.GetValueOrDefault(classId) + 1;
            }
        }

        chosen.AddRange(images.Where(i => i.IsNormal).Take(ImagesShown - chosen.Count));
        return chosen;
    }

    private static async Task<Plane> ReadAsync(IStore store, DatasetImage image, CancellationToken cancellationToken)
    {
        await using Stream content = await store.Blobs.OpenReadAsync(image.BlobId, cancellationToken: cancellationToken);
        using var file = new MemoryStream();
        await content.CopyToAsync(file, cancellationToken);
        return ImagePreparation.Prepare(DicomReaders.Default.Read(file.ToArray()), new PreprocessSpec(CellSize));
    }
}
