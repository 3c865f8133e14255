using VinCxr.Cli.Commands.Dataset;
using VinCxr.Cli.Files;
using VinCxr.Cli.Progress;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Ensembling;
using VinCxr.Core.Fusion;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Training.Inference;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary>Runs an ensemble's members on a data set: every fold of a variant is fused first, then the variants as they were selected.</summary>
internal sealed class EnsemblePredictor(CliContext context, IStore store, SweepMembers members, string device)
{
    private const int ImagesPerReport = 32;

    public async Task<IReadOnlyList<Prediction>> PredictAsync(EnsembleRow ensemble, DatasetManifest manifest, double iou, CancellationToken cancellationToken)
    {
        var fusion = new FusionOptions(FusionMethods.Find(ensemble.Method), iou);
        ClassList classes = members.Trained.Classes;
        string scratch = Directory.CreateTempSubdirectory("vincxr-predict-").FullName;
        try
        {
            var predictions = new Dictionary<string, IReadOnlyList<Prediction>>();
            foreach (string variant in ensemble.Members.Distinct())
            {
                IReadOnlyList<IReadOnlyList<Prediction>> folds = await PredictVariantAsync(variant, manifest, scratch, cancellationToken);
                predictions[variant] = folds.Count == 1 ? folds[0] : BoxFusion.Fuse(folds, fusion, classes.NoFindingId);
            }

            return GreedyEnsemble.Fuse(ensemble.Members, predictions, fusion, classes);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictVariantAsync(
        string variant, DatasetManifest manifest, string scratch, CancellationToken cancellationToken)
    {
        TrialSettings settings = members.SettingsOf(variant);
        IReadOnlyList<string> weights = await members.WeightsOfAsync(variant);
        PreparedShard[] shards = await PrepareCommand.PrepareAsync(context, store, manifest, settings.Preprocess, cancellationToken);
        string[] paths = await FetchAsync(shards.Select(s => s.BlobId), scratch, cancellationToken);
        using var reader = new ShardReader(paths);
        string[] models = await FetchAsync(weights, scratch, cancellationToken);
        return await ProgressDisplay.RunAsync(context, $"predict with {variant}", ProgressUnit.Images, bar => Task.Run(
            () => Predict(settings, manifest, models, new ShardImageSource(reader), bar, cancellationToken), cancellationToken));
    }

    private List<IReadOnlyList<Prediction>> Predict(
        TrialSettings settings, DatasetManifest manifest, string[] models, IImageSource source, IProgressBar bar, CancellationToken cancellationToken)
    {
        var options = new PredictOptions(settings.Train.MinConfidence, settings.Train.NmsIou);
        var folds = new List<IReadOnlyList<Prediction>>();
        int done = 0;
        foreach (string model in models)
        {
            using DetectorPredictor predictor = DetectorPredictor.Load(settings.Model, members.Trained.Classes, model, device);
            var predictions = new List<Prediction>();
            foreach (string[] ids in manifest.Images.Select(i => i.ImageId).Chunk(ImagesPerReport))
            {
                predictions.AddRange(predictor.Predict(source, ids, options, cancellationToken: cancellationToken));
                done += ids.Length;
                bar.Update(done, (double)manifest.Images.Count * models.Length);
            }

            folds.Add(predictions);
        }

        return folds;
    }

    private async Task<string[]> FetchAsync(IEnumerable<string> blobs, string folder, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        foreach (string blob in blobs)
        {
            string path = Path.Combine(folder, blob);
            if (!File.Exists(path))
            {
                await BlobDownload.ToFileAsync(store, blob, path, cancellationToken);
            }

            paths.Add(path);
        }

        return [.. paths];
    }
}
