using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Which variants a sweep has, and which of their trials stand in line.</summary>
internal sealed partial class SweepGrain
{
    /// <summary>Trials of the line's head that the scheduler is told of beyond those that could start at once.</summary>
    private const int LineHead = 256;

    /// <summary>Trials planned ahead at a time, so that the document is not saved for every few.</summary>
    private const int PlanAhead = 128;

    /// <summary>A trial that rests no longer than this after an error keeps its place under <c>max_concurrent</c>; trials may last for hours.</summary>
    private static readonly TimeSpan HeldPlace = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _plannedSets = [];
    private IGrainTimer? _restTimer;
    private ISearchMethod? _search;

    /// <summary>An activation that ended between saving the number of proposals and logging them proposes again.</summary>
    private bool SearchExhausted => State.SearchExhausted && State.Proposed <= _variants.Count;

    private int HeadLength => LineHead + Math.Max(0, Spec.Resources.MaxConcurrent - Trials.LeasedCount);

    private ISearchMethod Search => _search ??= SearchMethods.Create(Spec);

    private Decision Submitted() => new(
        DecisionKinds.Submitted, null,
        $"submitted by {State.Request!.User ?? "nobody named"}: data set {Blueprint.DatasetReference}, spec sha256:{Blueprint.SpecHash}"
        + (State.Request.ForkOf is { } source ? $", fork of {source}" : ""));

    private static Decision Proposed(int index, Variant variant, IReadOnlyList<VariantResult> history, int asked) => new(
        DecisionKinds.Proposed, null, $"proposed {variant.Id}: {variant.Describe()}",
        StateJson.Write(new ProposedInputs(index, new Dictionary<string, object>(variant.Parameters), history.Count, history.Count(h => h.Score is not null), asked)));

    private async Task ProposeMoreAsync()
    {
        if (SearchExhausted || State.State is SweepState.Stopping or SweepState.Paused)
        {
            return;
        }

        // The place in the log that belongs to what is known now: trials may end while the document is saved.
        int place = _journal.Pending;
        int wanted = WantedVariants();
        IReadOnlyList<VariantResult> history = wanted > 0 ? Trials.History(_variants) : [];
        var (variants, exhausted) = NextVariants(history, wanted);
        if (variants.Count == 0 && !exhausted)
        {
            return;
        }

        int first = _variants.Count;
        await _state.SaveAsync(State with { Proposed = first + variants.Count, SearchExhausted = exhausted });
        _journal.Insert(place, variants.Select((v, i) => Proposed(first + i, v, history, wanted)));
        AddVariants(variants);
        await _journal.FlushAsync();
    }

    /// <returns>Further variants to train, and whether these were the last ones.</returns>
    private (IReadOnlyList<Variant> Variants, bool Exhausted) NextVariants(IReadOnlyList<VariantResult> history, int wanted)
    {
        var variants = wanted > 0 ? Search.Propose(history, wanted) : [];
        return (variants, variants.Count < wanted || _variants.Count + variants.Count >= Spec.Search.MaxVariants);
    }

    /// <summary>A method that learns from scores is asked for no more than can run, so that it knows as much as possible.</summary>
    private int WantedVariants()
    {
        int window = Search.UsesScores ? Math.Max(1, Spec.Resources.MaxConcurrent / Spec.Folds.Count) : Spec.Search.MaxVariants;
        return Math.Min(window - Trials.OpenVariants, Spec.Search.MaxVariants - _variants.Count);
    }

    /// <summary>Tells trials their plan as they come near the head of the line.</summary>
    private async Task PlanAsync()
    {
        if (State.State == SweepState.Stopping || Trials.WaitingCount >= HeadLength || Trials.UnplannedCount == 0)
        {
            return;
        }

        TrialRow[] rows = [.. Trials.Unplanned.Take(HeadLength + PlanAhead - Trials.WaitingCount)];
        await PlanSetsAsync(rows);
        var starts = await StartsAsync();
        if (rows[^1].Ordinal >= State.Planned)
        {
            await _state.SaveAsync(State with { Planned = rows[^1].Ordinal + 1 });
        }

        await ForEachAsync(rows, async row =>
        {
            var variant = VariantOf(row);
            string? source = WarmStart.TrialOf(variant.Settings.Model.Weights);
            var start = starts.FirstOrDefault(s => s.Source == source && s.Fold == row.Report.Summary.Fold);
            Take(await Control(row.Id).PlanAsync(Blueprint.PlanOf(variant, row.Report.Summary.Fold, start)));
        });
    }

    /// <summary>The checkpoints that trials start from, copied before the first trial is planned.</summary>
    private async Task<IReadOnlyList<StartPoint>> StartsAsync()
    {
        if (State.Starts is { } known)
        {
            return known;
        }

        List<StartPoint> starts = [];
        if (State.Request!.ForkOf is not null || WarmStart.TrialsOf(Spec).Count > 0)
        {
            var source = new CheckpointSource(GrainFactory, _store);
            foreach (var found in await source.FindAsync(Spec, Blueprint.DatasetReference, Blueprint.FoldsId, State.Request.ForkOf))
            {
                starts.Add(await source.CopyAsync(found, Id));
            }
        }

        await _state.SaveAsync(State with { Starts = starts });
        return starts;
    }

    private async Task PlanSetsAsync(IEnumerable<TrialRow> rows)
    {
        foreach (var row in rows.DistinctBy(r => r.PreparedId).Where(r => !_plannedSets.Contains(r.PreparedId)))
        {
            await GrainFactory.GetGrain<IShardGrain>(row.PreparedId).PlanAsync(Blueprint.ShardSetOf(VariantOf(row), _imagesPerSet));
            _plannedSets.Add(row.PreparedId);
        }
    }

    private SweepDemand Demand()
    {
        var now = _time.GetUtcNow();
        var head = State.IsEnded ? [] : Trials.Waiting.Take(HeadLength).ToArray();
        TrialRow[] resting = [.. head.Where(r => r.Report.NotBefore > now)];
        WakeWhenRested(resting, now);
        return new SweepDemand(
            Id, Spec.Resources.Priority, State.SubmittedAt, Spec.Resources.MaxConcurrent,
            State.State == SweepState.Paused ? "the sweep is paused" : null,
            [.. head.Except(resting).Select(r => r.Demand())],
            [.. Trials.Leased.Concat(resting.Where(r => r.Report.NotBefore - now <= HeldPlace)).Select(r => r.Id)],
            State.Request!.User,
            Spec.Resources.Gpus,
            State.IsEnded ? 0 : Trials.WaitingCount + Trials.UnplannedCount + Trials.RestingCount,
            [.. Trials.Leased.Where(r => r.Hearing == Hearing.Heard).Select(r => r.Running())],
            [.. resting.Select(r => new RestingTrial(r.Id, r.Report.NotBefore!.Value))]);
    }

    /// <summary>A trial that rests after an error is in line again the moment it may start.</summary>
    private void WakeWhenRested(TrialRow[] resting, DateTimeOffset now)
    {
        _restTimer?.Dispose();
        _restTimer = resting.Length == 0
            ? null
            : this.RegisterGrainTimer(
                _ =>
                {
                    Advance();
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions(resting.Min(r => r.Report.NotBefore!.Value) - now, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }
}
