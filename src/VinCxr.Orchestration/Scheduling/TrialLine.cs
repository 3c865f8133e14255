using VinCxr.Contracts.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Waiting trials of one sweep that are alike to the scheduler: same images, same memory, same excluded nodes. Only the first one is ever weighed.</summary>
internal sealed class TrialLine
{
    private readonly List<(int Order, TrialDemand Trial)> _trials = [];
    private int _next;

    public int Count => _trials.Count - _next;

    /// <summary>Position of the first trial in the sweep's own order.</summary>
    public int Order => _trials[_next].Order;

    public TrialDemand First => _trials[_next].Trial;

    /// <summary>Those that had a lease before.</summary>
    public int Begun { get; private set; }

    public IEnumerable<TrialDemand> All => _trials.Skip(_next).Select(t => t.Trial);

    public IEnumerable<(int Order, TrialDemand Trial)> Ordered => _trials.Skip(_next);

    /// <summary>Trials come in the sweep's order.</summary>
    public void Add(int order, TrialDemand trial)
    {
        _trials.Add((order, trial));
        Begun += trial.LeaseEpoch > 0 ? 1 : 0;
    }

    public bool Remove(string trialId)
    {
        if (Count > 0 && First.TrialId == trialId)
        {
            // The usual case, as only first ones start: no list is shifted.
            Begun -= First.LeaseEpoch > 0 ? 1 : 0;
            _next++;
            return true;
        }

        int index = _trials.FindIndex(_next, t => t.Trial.TrialId == trialId);
        if (index < 0)
        {
            return false;
        }

        Begun -= _trials[index].Trial.LeaseEpoch > 0 ? 1 : 0;
        _trials.RemoveAt(index);
        return true;
    }
}
