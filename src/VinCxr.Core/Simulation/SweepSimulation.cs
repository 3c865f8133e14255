using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Simulation;

/// <summary>
/// Runs a sweep with simulated trials in virtual time, event by event: the sweep's own search method and stopping rule decide, on slots that are alike
/// and always there. Equal arguments give equal forecasts.
/// </summary>
public sealed class SweepSimulation
{
    /// <summary>Seconds after which a trainer that says nothing is ended; the agents' default.</summary>
    public const double HangSeconds = 600;

    /// <summary>Factor on the learning rate after a loss that was not finite.</summary>
    private const double LoweredLr = 0.1;

    private const double SecondsPerHour = 3600;

    private readonly SweepSpec _spec;
    private readonly SimulationScript _script;
    private readonly ISearchMethod _search;
    private readonly StoppingBoard _stopping;
    private readonly List<Variant> _variants = [];
    private readonly List<ForecastTrial> _trials = [];
    private readonly SortedSet<int> _waiting = [];
    private readonly SortedSet<int> _freePlaces;
    private readonly PriorityQueue<(ForecastTrial Trial, int Attempt, SimulatedEvent Event, IEnumerator<SimulatedEvent> More), (double At, long Order)> _events = new();
    private readonly int _places;
    private readonly double _slots;
    private double _now;
    private double _endedSeconds;
    private long _order;
    private bool _exhausted;
    private bool _spent;

    private SweepSimulation(SweepSpec spec, SimulationScript script, double slots)
    {
        (_spec, _script, _slots) = (spec, script.Checked(), slots);
        _search = SearchMethods.Create(spec);
        _stopping = new StoppingBoard(spec);
        int fitting = spec.Resources.Gpus >= 1 ? (int)(slots / spec.Resources.Gpus) : (int)Math.Floor(slots) * (int)Math.Floor(1 / spec.Resources.Gpus);
        _places = Math.Min(fitting, spec.Resources.MaxConcurrent);
        _freePlaces = [.. Enumerable.Range(0, _places)];
    }

    /// <param name="slots">Slots of the cluster.</param>
    /// <param name="progress">Told how many trials have ended.</param>
    /// <exception cref="InvalidInputException">The script is wrong, or no trial fits on the slots.</exception>
    public static SweepForecast Run(
        SweepSpec spec, SimulationScript script, int slots, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var simulation = new SweepSimulation(spec, script, slots);
        if (simulation._places < 1)
        {
            throw new InvalidInputException($"resources.gpus: a trial takes '{spec.Resources.Gpus}' slots and there are {slots}; simulate more slots");
        }

        simulation.Run(progress, cancellationToken);
        return simulation.Forecast();
    }

    private bool IsOver => _spec.Budget.GpuHours is { } hours && UsedSlotSeconds() >= hours * SecondsPerHour;

    private void Run(Action<int>? progress, CancellationToken cancellationToken)
    {
        Propose();
        Fill();
        int ended = 0;
        while (_events.TryDequeue(out var next, out var key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (trial, attempt, happening, rest) = next;
            if (!trial.IsRunning || trial.Attempts.Count != attempt)
            {
                // Stopped while this was on its way.
                continue;
            }

            _now = key.At;
            Apply(trial, happening);
            if (trial.IsRunning)
            {
                Schedule(trial, rest);
                continue;
            }

            Propose();
            Fill();
            ended += trial.End is null ? 0 : 1;
            progress?.Invoke(ended);
        }
    }

    private void Apply(ForecastTrial trial, SimulatedEvent happening)
    {
        switch (happening)
        {
            case EpochTrained trained:
                Report(trial, trained);
                break;
            case CheckpointDue due:
                trial.CheckpointEpoch = due.Epoch;
                break;
            case TrialFinished finished:
                trial.Score = trial.Simulated.QualityAfter(finished.Epoch);
                EndTrial(trial, ForecastEnd.Succeeded, null);
                break;
            case AttemptFailed { Kind: "oom" } when BatchHalving.Batch(trial.Simulated.Settings.Train.Batch, trial.BatchHalvings) > 1:
                trial.BatchHalvings++;
                Again(trial);
                break;
            case AttemptFailed { Kind: "nan" } when trial.LrFactor == 1:
                trial.LrFactor = LoweredLr;
                Again(trial);
                break;
            case AttemptFailed failed:
                EndTrial(trial, ForecastEnd.Failed, failed.Message);
                break;
            case ProcessDied died:
                Fail(trial, $"the trainer exited with code {died.ExitCode}");
                break;
            case WentSilent:
                Fail(trial, "the trainer said nothing for too long");
                break;
            default:
                break;
        }
    }

    private void Report(ForecastTrial trial, EpochTrained trained)
    {
        trial.Report(trained.Epoch, trained.Values["map40"]);
        if (_stopping.Decides && _stopping.Report(trial.Curve) && _stopping.Decide(trial.Id) is { Stop: true } decision)
        {
            EndTrial(trial, ForecastEnd.Pruned, decision.Reason);
        }
    }

    private void Fail(ForecastTrial trial, string reason)
    {
        trial.ErrorsUsed++;
        if (trial.ErrorsUsed > _spec.Retry.Errors)
        {
            EndTrial(trial, ForecastEnd.Failed, $"failed {trial.ErrorsUsed} times, retry.errors is {_spec.Retry.Errors}; last: {reason}");
        }
        else
        {
            Again(trial);
        }
    }

    private void Again(ForecastTrial trial)
    {
        Leave(trial);
        trial.Epoch = trial.CheckpointEpoch;
        _waiting.Add(trial.Ordinal);
    }

    private void EndTrial(ForecastTrial trial, ForecastEnd end, string? reason)
    {
        (trial.End, trial.Reason) = (end, reason);
        Leave(trial);
        if (_stopping.Decides)
        {
            _stopping.Report(trial.Curve);
        }
    }

    private void Leave(ForecastTrial trial)
    {
        trial.Leave(_now);
        _endedSeconds += _now - trial.Started;
        _freePlaces.Add(trial.Place);
    }

    /// <summary>As a running sweep does: a method that learns from scores is asked for no more than can run.</summary>
    private void Propose()
    {
        if (_exhausted || _spent)
        {
            return;
        }

        int folds = _spec.Folds.Count, most = _spec.Search.MaxVariants;
        int window = _search.UsesScores ? Math.Max(1, _spec.Resources.MaxConcurrent / folds) : most;
        var history = _search.UsesScores || _variants.Count == 0 ? History() : [];
        int wanted = Math.Min(window - history.Count(h => !h.Finished), most - _variants.Count);
        if (wanted <= 0)
        {
            return;
        }

        var proposed = _search.Propose(history, wanted);
        _exhausted = proposed.Count < wanted || _variants.Count + proposed.Count >= most;
        foreach (var variant in proposed)
        {
            _variants.Add(variant);
            for (int fold = 0; fold < folds; fold++)
            {
                var trial = new ForecastTrial(_trials.Count, variant, new SimulatedTrial(_script, variant.Settings, fold, variant.Id, _spec.Checkpoint));
                _waiting.Add(trial.Ordinal);
                _trials.Add(trial);
            }
        }
    }

    private void Fill()
    {
        _spent |= IsOver;
        while (!_spent && _waiting.Count > 0 && _freePlaces.Count > 0)
        {
            var trial = _trials[_waiting.Min];
            int place = _freePlaces.Min;
            _waiting.Remove(trial.Ordinal);
            _freePlaces.Remove(place);
            trial.Begin(place, _now);
            Schedule(trial, trial.Simulated.Plan(trial.Conditions).GetEnumerator());
        }
    }

    private void Schedule(ForecastTrial trial, IEnumerator<SimulatedEvent> events)
    {
        if (events.MoveNext())
        {
            double at = trial.Started + events.Current.At.TotalSeconds + (events.Current is WentSilent ? HangSeconds : 0);
            _events.Enqueue((trial, trial.Attempts.Count, events.Current, events), (at, _order++));
        }
    }

    private double UsedSlotSeconds() => (_endedSeconds + _trials.Where(t => t.IsRunning).Sum(t => _now - t.Started)) * _spec.Resources.Gpus;

    private VariantResult[] History() =>
    [
        .. _variants.Select((variant, i) =>
        {
            var trials = TrialsOf(i);
            double[] scores = [.. trials.Select(t => t.Score).OfType<double>()];
            return new VariantResult(variant, scores.Length > 0 ? scores.Average() : null, trials.All(t => t.End is not null));
        }),
    ];

    private List<ForecastTrial> TrialsOf(int variant) => _trials.GetRange(variant * _spec.Folds.Count, _spec.Folds.Count);

    private SweepForecast Forecast()
    {
        _trials.Where(t => t.End is null).ToList().ForEach(t => t.Reason = $"budget.gpu_hours of {_spec.Budget.GpuHours} used up");
        double gpus = _spec.Resources.Gpus;
        double full = _trials.Sum(t => _script.Time.Startup + Enumerable.Range(1, t.Simulated.Settings.Train.Epochs).Sum(t.Simulated.SecondsOf));
        return new SweepForecast(
            _spec.Name, _slots, _places, _now, _trials.Sum(t => t.Seconds) * gpus / SecondsPerHour, full * gpus / SecondsPerHour, _spec.Budget.GpuHours, _spent,
            [.. _trials.Select(t => t.Forecast())],
            [.. _variants.Select((v, i) => Describe(v, TrialsOf(i), gpus)).OrderByDescending(v => v.Finished).ThenByDescending(v => v.Score)]);
    }

    private static VariantForecast Describe(Variant variant, List<ForecastTrial> trials, double gpus)
    {
        double[] scores = [.. trials.Select(t => t.Score).OfType<double>()];
        return new VariantForecast(
            variant.Id, variant.Describe(), scores.Length > 0 ? scores.Average() : null, scores.Length, trials.Count(t => t.End == ForecastEnd.Pruned),
            trials.Count(t => t.End == ForecastEnd.Failed), trials.Sum(t => t.Epoch), trials.Sum(t => t.Seconds) * gpus / SecondsPerHour, scores.Length == trials.Count);
    }
}
