using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// A sweep's view of all its trials, in the order in which they start: variant by variant, fold by fold. Counts and lines are kept as reports come, so
/// that a report costs the same in a sweep of ten and of ten thousand trials.
/// </summary>
/// <param name="folds">Trials of one variant.</param>
internal sealed class TrialTable(int folds)
{
    private readonly List<TrialRow> _rows = [];
    private readonly Dictionary<string, TrialRow> _byId = [];
    private readonly int[] _counts = new int[Enum.GetValues<TrialState>().Length];
    private readonly SortedSet<int> _waiting = [];
    private readonly SortedSet<int> _unplanned = [];
    private readonly SortedSet<int> _leased = [];
    private readonly SortedSet<int> _resting = [];
    private readonly List<int> _openOfVariant = [];
    private readonly HashSet<string> _preparedIds = [];

    public int Count => _rows.Count;

    public int Ended { get; private set; }

    public bool AllEnded => Ended == _rows.Count;

    /// <summary>Variants with a trial that has not ended.</summary>
    public int OpenVariants { get; private set; }

    /// <summary>Slot time used by all attempts of all trials, seconds.</summary>
    public double SlotSeconds { get; private set; }

    public IReadOnlyList<TrialRow> Rows => _rows;

    /// <summary>Trials that can be leased, in order.</summary>
    public IEnumerable<TrialRow> Waiting => _waiting.Select(o => _rows[o]);

    public int WaitingCount => _waiting.Count;

    /// <summary>Trials that were not told their plan yet, in order.</summary>
    public IEnumerable<TrialRow> Unplanned => _unplanned.Select(o => _rows[o]);

    public int UnplannedCount => _unplanned.Count;

    /// <summary>Trials under a lease, and those that <see cref="Hearing.MayRun"/>, in order.</summary>
    public IEnumerable<TrialRow> Leased => _leased.Select(o => _rows[o]);

    public int LeasedCount => _leased.Count;

    /// <summary>Trials that have not answered and hold no place (<see cref="Hearing.Rests"/>): there is no use in giving them one.</summary>
    public IEnumerable<TrialRow> Resting => _resting.Select(o => _rows[o]);

    public int RestingCount => _resting.Count;

    public IReadOnlyCollection<string> PreparedIds => _preparedIds;

    public int CountOf(TrialState state) => _counts[(int)state];

    public TrialRow? Find(string trialId) => _byId.GetValueOrDefault(trialId);

    /// <summary>Adds a trial that nobody has told its plan. Trials of one variant are added one after the other.</summary>
    public TrialRow Add(TrialSummary pending, string preparedId, string memoryProfile, int? memoryMb = null)
    {
        var row = new TrialRow(_rows.Count, preparedId, memoryProfile, new TrialReport(pending, 0, 0, [], null, null), memoryMb);
        _rows.Add(row);
        _byId.Add(row.Id, row);
        _preparedIds.Add(preparedId);
        if (row.Ordinal % folds == 0)
        {
            _openOfVariant.Add(0);
        }

        Enter(row);
        return row;
    }

    /// <returns>The report that it replaces, or null when the trial is unknown or the report is not newer.</returns>
    public TrialReport? Update(TrialReport report)
    {
        if (Find(report.Summary.Id) is not { } row || row.Report.Revision >= report.Revision)
        {
            return null;
        }

        var before = row.Report;
        Replace(row, report);
        return before;
    }

    /// <summary>Sets a row whatever its revision: what the log says of it, or a trial that ends or begins anew without having been told its plan.</summary>
    public void Replace(TrialRow row, TrialReport report)
    {
        Leave(row);
        row.Set(report);
        Enter(row);
    }

    /// <summary>Says whether a trial has answered; a report of it (<see cref="Update"/>) does, too.</summary>
    public void Hear(TrialRow row, Hearing hearing)
    {
        Leave(row);
        row.Hear(hearing);
        Enter(row);
    }

    /// <summary>Scores so far of the variants, which are all those added, in order.</summary>
    public IReadOnlyList<VariantResult> History(IReadOnlyList<Variant> variants) => [.. variants.Select((v, i) => new VariantResult(v, ScoreOf(i), _openOfVariant[i] == 0))];

    /// <summary>Mean over the succeeded folds of a variant, or null.</summary>
    private double? ScoreOf(int variant)
    {
        double sum = 0;
        int count = 0;
        for (int i = variant * folds; i < (variant + 1) * folds; i++)
        {
            if (_rows[i].Report.Summary is { State: TrialState.Succeeded, Map40: { } score })
            {
                sum += score;
                count++;
            }
        }

        return count > 0 ? sum / count : null;
    }

    private void Enter(TrialRow row) => Tally(row, +1);

    private void Leave(TrialRow row) => Tally(row, -1);

    private void Tally(TrialRow row, int by)
    {
        _counts[(int)row.State] += by;
        SlotSeconds += by * row.Report.SlotSeconds;
        if (row.State.IsEnded())
        {
            Ended += by;
            return;
        }

        int variant = row.Ordinal / folds;
        bool wasOpen = _openOfVariant[variant] > 0;
        _openOfVariant[variant] += by;
        OpenVariants += (_openOfVariant[variant] > 0 ? 1 : 0) - (wasOpen ? 1 : 0);
        var line = row.Hearing switch
        {
            Hearing.Rests => _resting,
            Hearing.MayRun => _leased,
            _ => row.State != TrialState.Pending ? _leased : row.IsPlanned ? _waiting : _unplanned,
        };
        _ = by > 0 ? line.Add(row.Ordinal) : line.Remove(row.Ordinal);
    }
}
