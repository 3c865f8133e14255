using System.Globalization;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Data.Datasets;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary>What is needed to run a sweep's variants again: their settings, their trials' weights and the data they were trained on.</summary>
internal sealed class SweepMembers
{
    private readonly SweepSpec _spec;
    private readonly SweepDetails _sweep;
    private readonly IGrainFactory _grains;

    private SweepMembers(SweepSpec spec, SweepDetails sweep, DatasetManifest trained, IGrainFactory grains) =>
        (_spec, _sweep, Trained, _grains) = (spec, sweep, trained, grains);

    /// <summary>The data set version the sweep is pinned to.</summary>
    public DatasetManifest Trained { get; }

    public static async Task<SweepMembers> LoadAsync(EmbeddedCluster cluster, Leaderboard board)
    {
        SweepDetails sweep = await cluster.Grains.GetGrain<ISweepGrain>(board.SweepId).GetAsync();
        string name = sweep.Summary.Dataset.Split('@')[0];
        DatasetManifest trained = await new DatasetCatalog(cluster.Store).GetAsync($"{name}@sha256:{sweep.DatasetVersion}");
        return new SweepMembers(SweepFile.ParseOrThrow(sweep.Yaml), sweep, trained, cluster.Grains);
    }

    /// <summary>A variant's settings, by way of a grid with a single point.</summary>
    public TrialSettings SettingsOf(string variant)
    {
        VariantSummary summary = _sweep.Variants.FirstOrDefault(v => v.Id == variant)
            ?? throw new NotFoundException($"sweep '{_sweep.Summary.Id}' has no variant '{variant}'");
        Dictionary<string, ParameterSpec> chosen = summary.Parameters.ToDictionary(p => p.Key, p => new ParameterSpec { Values = [Typed(p.Key, p.Value)] });
        return SearchMethods.Create(_spec with { Parameters = chosen, Search = new SearchSpec() }).Propose([], 1)[0].Settings;
    }

    /// <summary>Blobs of the weights of every finished fold.</summary>
    /// <exception cref="NotFoundException">No fold of the variant has weights.</exception>
    public async Task<IReadOnlyList<string>> WeightsOfAsync(string variant)
    {
        TrialDetails[] trials = await Task.WhenAll(_sweep.Trials.Where(t => t.Variant == variant).Select(t => _grains.GetGrain<ITrialGrain>(t.Id).GetAsync()));
        string[] weights = [.. trials.Select(t => t.WeightsBlob).OfType<string>()];
        return weights.Length > 0 ? weights : throw new NotFoundException($"no fold of variant '{variant}' has stored weights");
    }

    /// <summary>The value behind its text: the listed one that reads so, or a number of the range.</summary>
    private object Typed(string path, string text)
    {
        ParameterSpec parameter = _spec.Parameters[path];
        if (parameter.Values is { } values)
        {
            return values.First(v => string.Create(CultureInfo.InvariantCulture, $"{v}") == text);
        }

        double number = double.Parse(text, CultureInfo.InvariantCulture);
        return parameter.Whole ? (long)number : number;
    }
}
