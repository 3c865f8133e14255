using Orleans.Storage;

namespace VinCxr.Orchestration.Decisions;

/// <summary>
/// What a sweep has decided and learned but not yet written down, in that order: entries gather while a write is under way and go out together. The
/// order of the two logs is the order of events, so every decision can be derived again from what stands before it. Not thread-safe.
/// </summary>
internal sealed class SweepJournal(DecisionLog decisions, CurveLog curves)
{
    private readonly List<Decision> _decisions = [];
    private readonly List<CurveChange> _changes = [];

    /// <summary>Changes of curves so far, written or not.</summary>
    public int Observed { get; set; }

    /// <summary>Decisions that wait to be written.</summary>
    public int Pending => _decisions.Count;

    public bool IsEmpty => _decisions.Count == 0 && _changes.Count == 0;

    public void Add(Decision decision) => _decisions.Add(decision);

    /// <summary>Adds decisions made when <paramref name="pending"/> others waited.</summary>
    public void Insert(int pending, IEnumerable<Decision> added) => _decisions.InsertRange(pending, added);

    public void Observe(CurveChange change)
    {
        _changes.Add(change);
        Observed++;
    }

    /// <summary>Durable when this returns; after an error everything is still there. One call at a time.</summary>
    /// <exception cref="InconsistentStateException">Another activation of the sweep has written: this one is over.</exception>
    public async Task FlushAsync()
    {
        // Both are taken now: a decision that comes while curves are being written follows from one that is not among them.
        var (changes, written) = (_changes.ToArray(), _decisions.ToArray());
        if (changes.Length > 0)
        {
            await curves.AppendAsync(changes);
            _changes.RemoveRange(0, changes.Length);
        }

        if (written.Length > 0)
        {
            await decisions.AppendOwnAsync(written);
            _decisions.RemoveRange(0, written.Length);
        }
    }
}
