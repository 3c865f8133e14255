using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Predictions;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary>Predictions of an ensemble, and the images they are of.</summary>
internal sealed record EnsemblePredictions(IReadOnlyList<Prediction> Predictions, IReadOnlyList<string> ImageIds, int? NoFindingId);

/// <summary>Options of the verbs that predict with an ensemble.</summary>
internal sealed class EnsembleOptions
{
    private readonly Argument<string> _name = ValueOptions.Argument("ensemble", "Ensemble id, or a sweep for its best one");
    private readonly Option<string?> _dataset = ValueOptions.Optional(
        "--dataset", "Data set to predict on with the stored weights [default: the stored out-of-fold predictions of the sweep's own data]", "NAME");

    private readonly Option<double> _iou = ValueOptions.Real("--iou", "Overlap above which boxes of one class are merged", EnsembleSpec.Iou, 0, 1, minIncluded: false);
    private readonly ChoiceOption<string> _device = ValueOptions.Word("--device", "Where to predict", "cpu", "cpu", "cuda");

    public Option<string> Out { get; } = ValueOptions.Required("--out", "File to write", "CSV");

    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_dataset);
        command.Add(_iou);
        command.Add(_device);
        command.Add(Out);
    }

    public async Task<EnsemblePredictions> PredictAsync(CliContext context, EmbeddedCluster cluster, ParseResult parse, CancellationToken cancellationToken)
    {
        (Leaderboard board, EnsembleRow ensemble) = await cluster.Plane(context.Clock).EnsembleAsync(parse.GetRequiredValue(_name), cancellationToken);
        SweepMembers members = await SweepMembers.LoadAsync(cluster, board);
        if (parse.GetValue(_dataset) is not { } reference)
        {
            string blob = ensemble.PredictionsBlob ?? throw new NotFoundException($"ensemble '{ensemble.Id}' stored no predictions, give --dataset NAME");
            IReadOnlyList<Prediction> stored = await StoredPredictions.ReadAsync(cluster.Store, blob, cancellationToken);
            return new EnsemblePredictions(stored, [.. members.Trained.Images.Select(i => i.ImageId)], members.Trained.Classes.NoFindingId);
        }

        DatasetManifest manifest = await new DatasetCatalog(cluster.Store).GetAsync(reference, cancellationToken);
        if (manifest.Version == members.Trained.Version)
        {
            context.Note("note: these images trained the models; for an honest score leave --dataset out and take the out-of-fold predictions");
        }

        var predictor = new EnsemblePredictor(context, cluster.Store, members, _device.ValueOf(parse));
        IReadOnlyList<Prediction> fused = await predictor.PredictAsync(ensemble, manifest, parse.GetValue(_iou), cancellationToken);
        return new EnsemblePredictions(fused, [.. manifest.Images.Select(i => i.ImageId)], members.Trained.Classes.NoFindingId);
    }
}
