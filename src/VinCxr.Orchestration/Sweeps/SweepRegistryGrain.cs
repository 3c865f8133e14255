using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Accepts sweeps and lists them. Reading methods interleave, so that a slow submission never hides the list.</summary>
[GrainType("sweeps")]
internal sealed class SweepRegistryGrain(
    [PersistentState("sweeps")] IPersistentState<RegistryDocument> state, IStore store, ILogger<SweepRegistryGrain> logger) : Grain, ISweepRegistryGrain
{
    private IReadOnlyList<RegistryEntry> Sweeps => state.State.Sweeps;

    public async Task<SweepSummary> SubmitAsync(SubmitSweep request)
    {
        if (request.Key is not null && Sweeps.FirstOrDefault(s => s.Key == request.Key) is { } known)
        {
            var earlier = await GrainFactory.GetGrain<ISweepGrain>(known.Id).GetAsync();
            return earlier.SpecHash == SweepFile.Hash(SweepFile.ParseOrThrow(request.Yaml))
                ? await SummaryAsync(known)
                : throw new ConflictException($"key '{request.Key}' belongs to sweep {known.Id}, whose file says something else; give another key");
        }

        var (spec, manifest) = await Task.Run(() => CheckAsync(request.Yaml));
        string id = SweepNames.NewId(spec.Name, request.Key);
        var summary = await GrainFactory.GetGrain<ISweepCoordinationGrain>(id)
            .CreateAsync(new CreateSweep(request.Yaml, manifest.Name, manifest.Version, request.User));
        await state.SaveAsync(state.State with { Sweeps = [.. Sweeps, new RegistryEntry(id, spec.Name, spec.Resources.Queue, request.Key, null)] });
        return summary;
    }

    public async Task<SweepSummary[]> ListAsync() => await Task.WhenAll(Sweeps.Reverse().Select(SummaryAsync));

    public Task<string?> ResolveAsync(string nameOrId) =>
        Task.FromResult((Sweeps.FirstOrDefault(s => s.Id == nameOrId) ?? Sweeps.LastOrDefault(s => s.Name == nameOrId))?.Id);

    public Task<string[]> GetActiveQueuesAsync() =>
        Task.FromResult<string[]>([.. Sweeps.Where(s => s.Final is null).Select(s => s.Queue).Distinct()]);

    public Task WakeAsync()
    {
        foreach (var sweep in Sweeps.Where(s => s.Final is null))
        {
            GrainFactory.GetGrain<ISweepCoordinationGrain>(sweep.Id).WakeAsync().Forget(logger, $"waking sweep {sweep.Id}");
        }

        return Task.CompletedTask;
    }

    public Task SweepEndedAsync(SweepSummary summary) =>
        Sweeps.FirstOrDefault(s => s.Id == summary.Id) is { Final: null } entry
            ? state.SaveAsync(state.State with { Sweeps = [.. Sweeps.Select(s => s == entry ? s with { Final = summary } : s)] })
            : Task.CompletedTask;

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
