using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// Accepts sweeps and lists them. A sweep is first entered here and then created, so that a crash in between neither loses it nor makes it twice.
/// Reading methods interleave, so that a slow submission never hides the list.
/// </summary>
[GrainType("sweeps")]
internal sealed class SweepRegistryGrain(
    [PersistentState("sweeps")] IPersistentState<RegistryDocument> state, IStore store, IEnumerable<ISweepEndListener> listeners, ILogger<SweepRegistryGrain> logger)
    : Grain, ISweepRegistryGrain, IDisposable
{
    /// <summary>Held while the document changes: some calls interleave.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    private IReadOnlyList<RegistryEntry> Sweeps => state.State.Sweeps;

    public async Task<SweepSummary> SubmitAsync(SubmitSweep request)
    {
        if (request.Key is not null && Sweeps.FirstOrDefault(s => s.Key == request.Key) is { } known)
        {
            await CreateAsync(known);
            await RequireSameAsync(known, request);
            return await SummaryAsync(Find(known.Id)!);
        }

        var (spec, manifest) = await Task.Run(() => CheckAsync(request.Yaml));
        await SweepGrain.RequireQueueAsync(GrainFactory, spec);
        string foldsId = LabelSource.FoldsId(manifest.Version, spec.Settings.Labels, spec.Folds);
        var starts = await new CheckpointSource(GrainFactory, store).FindAsync(spec, $"{manifest.Name}@sha256:{manifest.Version}", foldsId, request.ForkOf);

        // By a trial, whose name can mean nothing else later: the newest sweep of a name may soon be this one, and the best variant another.
        string? forkOf = starts.FirstOrDefault(s => s.Source is null)?.Trial;

        string id = SweepNames.NewId(spec.Name, request.Key);
        while (Find(id) is not null)
        {
            id = SweepNames.NewId(spec.Name, null);
        }

        var create = new CreateSweep(request.Yaml, manifest.Name, manifest.Version, request.User, forkOf);
        var entry = new RegistryEntry(id, spec.Name, spec.Resources.Queue, request.Key, null, create, SweepFile.Hash(spec));
        await ChangeAsync(sweeps => [.. sweeps, entry]);
        return await CreateAsync(entry);
    }

    public async Task<SweepSummary[]> ListAsync() => await Task.WhenAll(Sweeps.Where(s => s.Creating is null).Reverse().Select(SummaryAsync));

    public Task<string?> ResolveAsync(string nameOrId) =>
        Task.FromResult((Find(nameOrId) ?? Sweeps.LastOrDefault(s => s.Name == nameOrId))?.Id);

    public Task<string[]> GetActiveQueuesAsync() =>
        Task.FromResult<string[]>([.. Sweeps.Where(s => s.Final is null).Select(s => s.Queue).Distinct()]);

    public Task WakeAsync()
    {
        foreach (var sweep in Sweeps.Where(s => s.Final is null).ToArray())
        {
            var waking = sweep.Creating is null ? GrainFactory.GetGrain<ISweepCoordinationGrain>(sweep.Id).WakeAsync() : CreateAsync(sweep);
            waking.Forget(logger, $"waking sweep {sweep.Id}");
        }

        return Task.CompletedTask;
    }

    public async Task SweepEndedAsync(SweepSummary summary)
    {
        if (Find(summary.Id) is { Final: null })
        {
            foreach (var listener in listeners)
            {
                await listener.SweepEndedAsync(summary);
            }
        }

        await ReplaceAsync(summary.Id, s => s.Final is null ? s with { Final = summary } : s);
    }

    public Task SweepReopenedAsync(string sweepId, string queue) => ReplaceAsync(sweepId, s => s with { Final = null, Queue = queue });

    public void Dispose() => _gate.Dispose();

    /// <summary>Creates an entered sweep; one that exists already is only ticked off.</summary>
    private async Task<SweepSummary> CreateAsync(RegistryEntry entry)
    {
        if (entry.Creating is not { } request)
        {
            return await SummaryAsync(entry);
        }

        var summary = await GrainFactory.GetGrain<ISweepCoordinationGrain>(entry.Id).CreateAsync(request);
        await ReplaceAsync(entry.Id, s => s with { Creating = null });
        return summary;
    }

    private async Task RequireSameAsync(RegistryEntry known, SubmitSweep request)
    {
        var spec = SweepFile.ParseOrThrow(request.Yaml);
        var earlier = known.SpecHash is { } hash && hash == SweepFile.Hash(spec) ? null : await GrainFactory.GetGrain<ISweepGrain>(known.Id).GetAsync();
        if (earlier is not null && SpecDifference.Between(SweepFile.ParseOrThrow(earlier.Yaml), spec) is { Count: > 0 } differences)
        {
            throw new ConflictException($"key '{request.Key}' belongs to sweep {known.Id}, whose file says something else ({string.Join("; ", differences)}); give another key");
        }
    }

    private RegistryEntry? Find(string id) => Sweeps.FirstOrDefault(s => s.Id == id);

    private Task ReplaceAsync(string id, Func<RegistryEntry, RegistryEntry> change) =>
        ChangeAsync(sweeps => sweeps.Any(s => s.Id == id && change(s) != s) ? [.. sweeps.Select(s => s.Id == id ? change(s) : s)] : sweeps);

    private async Task ChangeAsync(Func<IReadOnlyList<RegistryEntry>, IReadOnlyList<RegistryEntry>> change)
    {
        await _gate.WaitAsync();
        try
        {
            var next = change(Sweeps);
            if (!ReferenceEquals(next, Sweeps))
            {
                await state.SaveAsync(state.State with { Sweeps = next });
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private Task<SweepSummary> SummaryAsync(RegistryEntry entry) =>
        entry.Final is { } final ? Task.FromResult(final) : GrainFactory.GetGrain<ISweepCoordinationGrain>(entry.Id).GetSummaryAsync();

    private async Task<(SweepSpec Spec, DatasetManifest Manifest)> CheckAsync(string yaml)
    {
        var spec = SweepFile.ParseOrThrow(yaml);
        var manifest = await new DatasetCatalog(store).GetAsync(spec.Dataset);
        int labelled = manifest.Annotations.Select(a => a.ImageId).Distinct().Count();
        List<string> errors = [];
        if (labelled < spec.Folds.Count)
        {
            errors.Add($"folds.count: {spec.Folds.Count} folds need at least as many annotated images, data set '{manifest.Name}' has {labelled}");
        }

        if (SearchMethods.Create(spec).Propose([], 1).Count == 0)
        {
            errors.Add("parameters: the search space holds no variant");
        }

        return errors.Count == 0 ? (spec, manifest) : throw new InvalidInputException($"sweep '{spec.Name}'", errors);
    }
}
