using VinCxr.Contracts.Api;
using VinCxr.Core.Scheduling;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Api.Checks;

/// <summary>What a sweep file would train and what that takes, or every mistake in it. One for REST and for the page.</summary>
internal static class SweepFileCheck
{
    /// <summary>Takes time that grows with the number of variants, on a thread of its own.</summary>
    /// <param name="plane">Tells whether the data set and the queue are there.</param>
    /// <param name="yaml">Any text.</param>
    public static async Task<SweepFileReport> RunAsync(IControlPlane plane, string yaml, CancellationToken cancellationToken)
    {
        var (spec, report) = await Task.Run(() => Read(yaml), cancellationToken);
        if (spec is null)
        {
            return report;
        }

        SweepFileMistake[] missing = [.. await FindMissingAsync(plane, spec, yaml, cancellationToken)];
        return missing.Length == 0 ? report : Refuse(missing);
    }

    private static (SweepSpec? Spec, SweepFileReport Report) Read(string yaml)
    {
        var (spec, errors) = SweepFile.Parse(yaml);
        if (spec is null)
        {
            return (null, Refuse([.. errors.Select(e => new SweepFileMistake(e.Path, e.Message, e.Line))]));
        }

        var variants = SearchMethods.Create(spec).Propose([], spec.Search.MaxVariants);
        if (variants.Count == 0)
        {
            return (null, Refuse([new SweepFileMistake("parameters", "the search space holds no variant", SweepFile.LineOf(yaml, "parameters"))]));
        }

        PlannedVariant[] shown = [.. variants.Take(Cursor.MaxLimit).Select(v => new PlannedVariant(v.Id, v.Describe(), v.Settings.Train.Epochs))];
        return (spec, new SweepFileReport([], shown, spec.Folds.Count, variants.Count * spec.Folds.Count, CostOf(spec, variants)));
    }

    private static SweepFileReport Refuse(IReadOnlyList<SweepFileMistake> mistakes) => new(mistakes, [], 0, 0);

    private static SweepCost CostOf(SweepSpec spec, IReadOnlyList<Variant> variants) => new(
        spec.Resources.Queue,
        spec.Resources.Priority,
        spec.Folds.Count * variants.Sum(v => (long)v.Settings.Train.Epochs),
        spec.Resources.Gpus,
        spec.Resources.MaxConcurrent,
        variants.Max(v => MemoryEstimate.OfTraining(v.Settings.Model, v.Settings.Train)),
        spec.Budget.GpuHours);

    /// <summary>What submitting would say too; by the lists, as a manifest is large and this runs while somebody types.</summary>
    private static async Task<List<SweepFileMistake>> FindMissingAsync(IControlPlane plane, SweepSpec spec, string yaml, CancellationToken cancellationToken)
    {
        List<SweepFileMistake> missing = [];
        var datasets = await plane.ListDatasetsAsync(cancellationToken);
        string name = spec.Dataset.Split('@')[0];
        if (datasets.All(d => d.Name != name))
        {
            string known = datasets.Count == 0 ? "none is there yet, ingest one first" : $"known are {string.Join(", ", datasets.Select(d => d.Name))}";
            missing.Add(new SweepFileMistake("dataset", $"there is no data set '{name}'; {known}", SweepFile.LineOf(yaml, "dataset")));
        }

        var queues = await plane.ListQueuesAsync(cancellationToken);
        if (queues.All(q => q.Name != spec.Resources.Queue))
        {
            missing.Add(new SweepFileMistake(
                "resources.queue", $"there is no queue '{spec.Resources.Queue}'; known are {string.Join(", ", queues.Select(q => q.Name))}", SweepFile.LineOf(yaml, "resources.queue")));
        }

        return missing;
    }
}
