using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// How a sweep remembers. Its decision log is read in one go and gives every variant and every ended trial; only trials that may be under way are asked.
/// </summary>
internal sealed partial class SweepGrain
{
    /// <summary>A trial answers from memory, or after one read of the store; while its silo goes down it may not answer at all.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Request is null)
        {
            return;
        }

        bool isLogged = await RestoreAsync();
        if (!isLogged)
        {
            _journal.Add(Submitted());
        }

        if (State.Variants.Count > 0)
        {
            await MoveVariantsAsync();
        }

        await RestoreCurvesAsync();
        _boardIsStale = true;
        TrialRow[] asked = [.. Trials.Rows.Where(r => r.Ordinal < State.Planned && !r.State.IsEnded())];
        foreach (var row in asked)
        {
            Trials.Hear(row, Hearing.MayRun);
        }

        await AskAsync(asked);
        Start();
    }

    /// <returns>Whether the log has begun.</returns>
    private async Task<bool> RestoreAsync()
    {
        bool isLogged = false;
        await foreach (var line in _decisions.ReadAllAsync())
        {
            isLogged = true;
            _decisions.Saw(line);
            if (line.InputsJson is not { } inputs)
            {
                continue;
            }

            switch (line.Kind)
            {
                case DecisionKinds.Proposed when StateJson.Read<ProposedInputs>(inputs) is var proposed && proposed.Index == _variants.Count:
                    AddVariants([Variant.Restore(Spec, proposed.Index, proposed.Parameters)]);
                    break;
                case DecisionKinds.Pruned when line.TrialId is { } trial:
                    _verdicts[trial] = (StateJson.Read<JudgedInputs>(inputs).Reason, false);
                    break;
                case DecisionKinds.Promoted when line.TrialId is { } trial && StateJson.Read<JudgedInputs>(inputs).Rung is { } rung:
                    _promoted.Add((trial, rung));
                    break;
                case DecisionKinds.Ended when line.TrialId is { } trial && Trials.Find(trial) is { } row:
                    _verdicts.Remove(trial);
                    Trials.Replace(row, StateJson.Read<EndedInputs>(inputs).ToReport(row.Report.Summary));
                    break;
                case DecisionKinds.Steered when line.TrialId is null:
                    ApplyReopening(StateJson.Read<ReopenedInputs>(inputs).Trials);
                    break;
            }
        }

        return isLogged;
    }

    /// <summary>Takes a sweep over from a version that kept its variants in the document and asked every trial at every start.</summary>
    private async Task MoveVariantsAsync()
    {
        var missing = State.Variants.Skip(_variants.Count).ToArray();
        foreach (var (variant, index) in missing.Select((v, i) => (v, _variants.Count + i)))
        {
            _journal.Add(Proposed(index, variant, [], missing.Length));
        }

        AddVariants(missing);
        await _journal.FlushAsync();
        await _state.SaveAsync(State with { Variants = [], Proposed = _variants.Count, Planned = Trials.Count });
    }

    private async Task RestoreCurvesAsync()
    {
        if (!Stopping.Decides)
        {
            return;
        }

        await foreach (var change in _curves.ReadAsync())
        {
            _journal.Observed++;
            if (change.Trial < Trials.Count)
            {
                string id = Trials.Rows[change.Trial].Id;
                Stopping.Report(change.ApplyTo(Stopping.Find(id) ?? EmptyCurve(Trials.Rows[change.Trial])));
            }
        }
    }

    private static TrialCurve EmptyCurve(TrialRow row) => new(row.Id, row.Report.Summary.Variant, row.Report.Summary.Fold, false, []);

    /// <summary>
    /// Brings rows up to date with what their trials say. A trial that cannot be reached keeps nobody from being asked, nor the sweep from going on: it
    /// is asked again at the next reconciliation. One that does not know its plan is told it later.
    /// </summary>
    private async Task AskAsync(IEnumerable<TrialRow> rows)
    {
        List<(string Trial, string Error)> silent = [];
        await ForEachAsync(rows, async row =>
        {
            try
            {
                var report = await Control(row.Id).GetReportAsync().WaitAsync(AnswerLimit, _time);
                Trials.Hear(row, Hearing.Heard);
                Take(report);
            }
            catch (NotFoundException)
            {
                // A crash came between the plan and its trial.
                Trials.Hear(row, Hearing.Heard);
            }
            catch (Exception error) when (error is StoreException or OrleansException or TimeoutException)
            {
                silent.Add((row.Id, error.Message));
                if (row.Hearing != Hearing.Heard)
                {
                    await LookUpAsync(row);
                }
            }
        });
        if (silent.Count > 0)
        {
            LogNoAnswer(silent.Count, silent[0].Trial, silent[0].Error);
        }
    }

    /// <summary>Of a trial that was never reached the store says at least whether it holds a place.</summary>
    private async Task LookUpAsync(TrialRow row)
    {
        try
        {
            var stored = new GrainState<TrialDocument>();
            await new StoreGrainStorage(_store).ReadStateAsync("trial", Control(row.Id).GetGrainId(), stored).WaitAsync(AnswerLimit, _time);
            if (row.Hearing != Hearing.Heard)
            {
                Trials.Hear(row, stored.State is { IsLeased: true } ? Hearing.MayRun : Hearing.Rests);
            }
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            // What is not known counts as the dearest: a place is kept.
        }
    }

    /// <summary>Calls to many grains, some at a time.</summary>
    private static async Task ForEachAsync(IEnumerable<TrialRow> rows, Func<TrialRow, Task> call)
    {
        const int AtOnce = 64;
        foreach (var some in rows.ToArray().Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(call));
        }
    }
}
