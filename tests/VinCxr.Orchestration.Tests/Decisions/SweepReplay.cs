using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Tests.Decisions;

/// <summary>
/// Decides a sweep again from its file and its logs alone, with the rules as pure functions over whole histories, and asserts that the same was decided.
/// </summary>
internal sealed class SweepReplay(SweepSpec spec, IReadOnlyList<DecisionLine> decisions, IReadOnlyList<CurveChange> changes)
{
    private readonly List<Variant> _variants = [];
    private readonly Dictionary<string, EndedInputs> _ended = [];

    public int Proposed => _variants.Count;

    /// <summary>Ids of the trials that the stopping rule ends.</summary>
    public HashSet<string> Pruned { get; } = [];

    public int Promoted { get; private set; }

    public void Run()
    {
        foreach (var line in decisions)
        {
            switch (line.Kind)
            {
                case DecisionKinds.Proposed:
                    Propose(Inputs<ProposedInputs>(line), line.Text);
                    break;
                case DecisionKinds.Ended when line.TrialId is not null:
                    _ended.Add(line.TrialId, Inputs<EndedInputs>(line));
                    break;
            }
        }

        Judge();
    }

    private static T Inputs<T>(DecisionLine line) => StateJson.Read<T>(line.InputsJson!);

    private void Propose(ProposedInputs inputs, string text)
    {
        Assert.Equal(inputs.Index, _variants.Count);
        var history = _variants.Take(inputs.Known).Select(HistoryOf).ToArray();
        Assert.Equal(inputs.Scored, history.Count(h => h.Score is not null));

        var variant = SearchMethods.Create(spec).Propose(history, inputs.Asked)[inputs.Index - inputs.Known];

        Assert.Equal($"proposed {variant.Id}: {variant.Describe()}", text);
        Assert.Equal(variant.Parameters, inputs.Parameters);
        _variants.Add(variant);
    }

    private VariantResult HistoryOf(Variant variant)
    {
        var trials = _ended.Where(t => t.Key.Contains($"-{variant.Id}-f", StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value).ToArray();
        double[] scores = [.. trials.Where(t => t.State == TrialState.Succeeded).Select(t => t.Map40!.Value)];
        return new VariantResult(variant, scores.Length > 0 ? scores.Average() : null, trials.Length == spec.Folds.Count);
    }

    /// <summary>Every report is judged again, in order; the log must hold exactly the verdicts that come out.</summary>
    private void Judge()
    {
        var logged = decisions.Where(d => d.Kind is DecisionKinds.Pruned or DecisionKinds.Promoted).ToDictionary(d => Inputs<JudgedInputs>(d).Observed);
        var rule = StoppingRules.Create(spec);
        Dictionary<int, TrialCurve> curves = [];
        HashSet<(int Trial, int Rung)> promoted = [];
        HashSet<int> pruned = [];
        for (int observed = 1; observed <= changes.Count; observed++)
        {
            var change = changes[observed - 1];
            var known = curves.GetValueOrDefault(change.Trial)
                ?? new TrialCurve($"-v{change.Trial / spec.Folds.Count}-f{change.Trial % spec.Folds.Count}", $"v{change.Trial / spec.Folds.Count}", change.Trial % spec.Folds.Count, false, []);
            var curve = curves[change.Trial] = change.ApplyTo(known);
            if (!change.Running || pruned.Contains(change.Trial))
            {
                continue;
            }

            var decision = rule.Decide(curve, [.. curves.Values]);
            if (decision.Stop)
            {
                pruned.Add(change.Trial);
                Pruned.Add(AssertLogged(DecisionKinds.Pruned, observed, curve, decision));
            }
            else if (decision.Rung is { } rung && promoted.Add((change.Trial, rung)))
            {
                AssertLogged(DecisionKinds.Promoted, observed, curve, decision);
                Promoted++;
            }
        }

        Assert.Empty(logged);

        string AssertLogged(string kind, int observed, TrialCurve curve, StopDecision decision)
        {
            Assert.True(logged.Remove(observed, out var line), $"{kind} after {observed} reports is not in the log");
            var inputs = Inputs<JudgedInputs>(line);
            Assert.Equal((kind, decision.Rung, curve.LastEpoch, spec.Stop.Method), (line.Kind, inputs.Rung, inputs.Epoch, inputs.Method));
            Assert.EndsWith(curve.TrialId, line.TrialId, StringComparison.Ordinal);
            Assert.EndsWith(decision.Reason, line.Text, StringComparison.Ordinal);
            Assert.Equal(curve.Points, inputs.Curve.Select(p => (p.Epoch, p.Score)));
            return line.TrialId!;
        }
    }
}
