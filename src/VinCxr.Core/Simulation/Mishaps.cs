namespace VinCxr.Core.Simulation;

/// <summary>Which rules of a script befall an attempt, and what they do to it.</summary>
internal static class Mishaps
{
    private const int Killed = 128;

    /// <returns>Rules with the epoch they happen in, in the order of the script.</returns>
    public static IReadOnlyList<(MishapRule Rule, int Epoch)> Of(
        SimulationScript script, SimulatedTrial trial, SeededDraw draw, AttemptConditions conditions, int batch, double lr)
    {
        List<(MishapRule, int)> found = [];
        int first = conditions.ResumeEpoch + 1, last = trial.Settings.Train.Epochs;
        for (int i = 0; i < script.Mishaps.Count; i++)
        {
            var rule = script.Mishaps[i];
            var chance = draw.At("mishap").At(i).At(conditions.Attempt);
            bool fits = (rule.Variant ?? trial.Variant) == trial.Variant && (rule.Fold ?? trial.Fold) == trial.Fold
                && (rule.Attempt ?? conditions.Attempt) == conditions.Attempt
                && (rule.Kind != MishapKind.Oom || batch > (rule.BatchAbove ?? 0)) && (rule.Kind != MishapKind.Nan || lr > (rule.LrAbove ?? 0));
            if (fits && last >= first && chance.At("happens").Uniform < rule.Probability)
            {
                int drawn = first + (int)(chance.At("when").Uniform * (last - first + 1));
                found.Add((rule, rule.Epoch ?? (rule.Kind == MishapKind.Oom ? first : drawn)));
            }
        }

        return found;
    }

    /// <param name="batch">Images per step of this attempt.</param>
    public static IEnumerable<SimulatedEvent> Happening(MishapRule rule, TimeSpan at, int epoch, int batch) => rule.Kind switch
    {
        MishapKind.Crash => [new ProcessDied(at, rule.Signal is { } signal ? Killed + signal : rule.ExitCode ?? 1, rule.Signal)],
        MishapKind.Oom => [new AttemptFailed(at, "oom", $"simulated: out of memory with batch {batch} in epoch {epoch}")],
        MishapKind.Nan => [new AttemptFailed(at, "nan", $"simulated: the loss is NaN in epoch {epoch}")],
        MishapKind.Hang => [new WentSilent(at)],
        MishapKind.Log => rule.Lines.Select(line => new LineLogged(at, line)),
        _ => [],
    };
}
