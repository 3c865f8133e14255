using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// Finds the checkpoints that a sweep's trials start from. A checkpoint was trained on all folds but its own, so each fold starts from the trial of that
/// same fold; on other folds of the same images it would have seen what it is scored on.
/// </summary>
internal sealed class CheckpointSource(IGrainFactory grains, IStore store)
{
    /// <summary>Checkpoint of another trial.</summary>
    /// <param name="Source">As in <see cref="StartPoint"/>.</param>
    public sealed record Found(string? Source, int Fold, string Trial, string Blob, int Epoch);

    /// <param name="foldsId">Folds of the sweep that is to start.</param>
    /// <param name="forkOf">Sweep or trial to fork, or null.</param>
    /// <exception cref="InvalidInputException">A source does not fit; all mistakes are listed.</exception>
    /// <exception cref="NotFoundException">There is no such trial or sweep.</exception>
    public async Task<IReadOnlyList<Found>> FindAsync(SweepSpec spec, string datasetReference, string foldsId, string? forkOf)
    {
        List<string> errors = [];
        List<Found> found = [];
        if (forkOf is not null)
        {
            var (sweep, variant) = await ForkedAsync(forkOf);
            await AddAsync(null, sweep, variant, null);
        }

        foreach (string trial in WarmStart.TrialsOf(spec))
        {
            var details = await grains.GetGrain<ITrialGrain>(trial).GetAsync();
            await AddAsync(trial, details.Summary.SweepId, details.Summary.Variant, details);
        }

        return errors.Count == 0 ? found : throw new InvalidInputException($"sweep '{spec.Name}'", errors);

        async Task AddAsync(string? source, string sweepId, string variant, TrialDetails? named)
        {
            var results = await grains.GetGrain<ISweepCoordinationGrain>(sweepId).GetResultsAsync();
            bool sameFolds = results.FoldsId == foldsId;
            if (!sameFolds && (named is null || NameOf(results.DatasetReference) == NameOf(datasetReference)))
            {
                errors.Add($"the folds of sweep '{sweepId}' are others (data set, labels or folds differ): its weights have seen images that this sweep scores on");
                return;
            }

            errors.AddRange(await ModelErrorsAsync(spec, sweepId, variant));
            for (int fold = 0; fold < spec.Folds.Count; fold++)
            {
                var trial = sameFolds ? await grains.GetGrain<ITrialGrain>(SweepNames.TrialId(sweepId, variant, fold)).GetAsync() : named!;
                if (trial.CheckpointBlob is not { } blob)
                {
                    errors.Add($"trial '{trial.Summary.Id}' has no checkpoint to start from");
                }
                else if (source is null && trial.CheckpointEpoch >= spec.Settings.Train.Epochs)
                {
                    errors.Add($"train.epochs: '{spec.Settings.Train.Epochs}' leaves nothing to train, the checkpoint of trial '{trial.Summary.Id}' has {trial.CheckpointEpoch} epochs");
                }
                else
                {
                    found.Add(new Found(source, fold, trial.Summary.Id, blob, trial.CheckpointEpoch));
                }
            }
        }
    }

    /// <summary>Copies a checkpoint for a sweep to own: the trial that wrote it deletes its own when it has newer ones.</summary>
    /// <exception cref="NotFoundException">It was deleted meanwhile; look again.</exception>
    public async Task<StartPoint> CopyAsync(Found found, string sweepId)
    {
        string path = Path.GetTempFileName();
        try
        {
            await using (var source = await store.Blobs.OpenReadAsync(found.Blob))
            await using (var target = File.Create(path))
            {
                await source.CopyToAsync(target);
            }

            CheckpointSeal.Remove(path, found.Trial);
            CheckpointSeal.Append(path, sweepId);
            await using var copy = File.OpenRead(path);
            var metadata = new Dictionary<string, string> { ["sweep"] = sweepId, ["kind"] = "start-checkpoint", ["trial"] = found.Trial };
            return new StartPoint(found.Source, found.Fold, found.Trial, (await store.Blobs.PutAsync(copy, metadata)).Id, found.Epoch);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string NameOf(string datasetReference) => datasetReference.Split('@')[0];

    /// <summary>A sweep means its best variant so far; a trial means its variant.</summary>
    private async Task<(string Sweep, string Variant)> ForkedAsync(string reference)
    {
        if (await grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).ResolveAsync(reference) is { } sweep)
        {
            var board = await grains.GetGrain<ILeaderboardGrain>(sweep).GetAsync();
            return board.Variants.Length > 0
                ? (sweep, board.Variants[0].Variant)
                : throw new NotFoundException($"sweep '{reference}' has no finished trial to fork from; name one of its trials");
        }

        try
        {
            var trial = await grains.GetGrain<ITrialGrain>(reference).GetAsync();
            return (trial.Summary.SweepId, trial.Summary.Variant);
        }
        catch (NotFoundException)
        {
            throw new NotFoundException($"no sweep or trial '{reference}' to fork; 'vincxr sweep ls' and 'vincxr trial ls' list them");
        }
    }

    /// <summary>Weights fit only the network that they were trained in.</summary>
    private async Task<IReadOnlyList<string>> ModelErrorsAsync(SweepSpec spec, string sweepId, string variant)
    {
        var sweep = await grains.GetGrain<ISweepGrain>(sweepId).GetAsync();
        var model = SweepFile.ParseOrThrow(sweep.Yaml).Settings.Model;
        var parameters = sweep.Variants.First(v => v.Id == variant).Parameters;
        return
        [
            .. new[] { ("model.family", model.Family, spec.Settings.Model.Family), ("model.variant", model.Variant, spec.Settings.Model.Variant) }
                .Select(m => (Path: m.Item1, Theirs: parameters.GetValueOrDefault(m.Item1, m.Item2), Ours: Values(spec, m.Item1, m.Item3)))
                .Where(m => m.Ours.Any(o => o != m.Theirs))
                .Select(m => $"{m.Path}: '{string.Join(", ", m.Ours)}' differs from '{m.Theirs}' of {sweepId} {variant}; weights fit only the network they were trained in"),
        ];
    }

    private static string[] Values(SweepSpec spec, string path, string set) => spec.Parameters.TryGetValue(path, out var parameter)
        ? [.. (parameter.Values ?? []).Cast<string>()]
        : [set];
}
