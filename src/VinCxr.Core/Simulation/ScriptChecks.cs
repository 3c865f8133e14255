using VinCxr.Core.Sweeps.Schema;

namespace VinCxr.Core.Simulation;

/// <summary>What values a script may have.</summary>
internal static class ScriptChecks
{
    public static IEnumerable<string> Check(SimulationScript script)
    {
        var (curve, time, memory) = (script.Curve, script.Time, script.Memory);
        return
        [
            .. Within("curve.floor", curve.Floor, 0, 1),
            .. Within("curve.ceiling", curve.Ceiling, curve.Floor, 1),
            .. Positive("curve.half_life", curve.HalfLife),
            .. Within("curve.spread", curve.Spread, 0, 1),
            .. Within("curve.fold_spread", curve.FoldSpread, 0, 1),
            .. Within("curve.noise", curve.Noise, 0, 1),
            .. script.Response.SelectMany(r => CheckResponse(r.Key, r.Value)),
            .. Within("time.startup", time.Startup, 0, Longest),
            .. Within("time.epoch", time.Epoch, 0, Longest),
            .. Within("time.spread", time.Spread, 0, 2),
            .. Within("time.jitter", time.Jitter, 0, 0.99),
            .. Within("memory.base_mb", memory.BaseMb, 0, 1e9),
            .. Within("memory.per_image_mb", memory.PerImageMb, 0, 1e9),
            .. script.Mishaps.SelectMany(CheckMishap),
        ];
    }

    private const double Longest = 1e7;

    private static IEnumerable<string> CheckResponse(string path, ResponseScript response)
    {
        if (SweepSchema.Find(path) is not { Searchable: true, IsNumber: true })
        {
            string[] known = [.. SweepSchema.Fields.Where(f => f is { Searchable: true, IsNumber: true }).Select(f => f.Path)];
            yield return $"response.{path}: no numeric setting that can be searched{NearestName.Hint(path, known)}";
        }

        bool isLog = response.Scale == "log";
        if (!isLog && response.Scale != "linear")
        {
            yield return $"response.{path}.scale: '{response.Scale}' is not one of linear, log";
        }

        if (!double.IsFinite(response.Best) || (isLog && response.Best <= 0))
        {
            yield return $"response.{path}.best: '{response.Best}' is not allowed; must be a finite number{(isLog ? " above 0" : "")}";
        }

        foreach (string error in Positive($"response.{path}.width", response.Width))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> CheckMishap(MishapRule rule, int index)
    {
        string at = $"mishaps[{index}]";
        return
        [
            .. Within($"{at}.probability", rule.Probability, double.Epsilon, 1),
            .. Within($"{at}.fold", rule.Fold ?? 0, 0, int.MaxValue),
            .. Within($"{at}.attempt", rule.Attempt ?? 1, 1, int.MaxValue),
            .. Within($"{at}.epoch", rule.Epoch ?? 1, 1, int.MaxValue),
            .. Within($"{at}.exit_code", rule.ExitCode ?? 1, 1, 255),
            .. Within($"{at}.signal", rule.Signal ?? 1, 1, 64),
            .. Within($"{at}.batch_above", rule.BatchAbove ?? 1, 1, int.MaxValue),
            .. Positive($"{at}.factor", rule.Factor),
            .. rule is { ExitCode: not null, Signal: not null } ? [$"{at}: has both 'exit_code' and 'signal'; keep one"] : Array.Empty<string>(),
            .. rule is { Kind: MishapKind.Log, Lines.Count: 0 } ? [$"{at}.lines: is missing; give the lines to log"] : Array.Empty<string>(),
        ];
    }

    private static string[] Within(string path, double value, double min, double max) =>
        value >= min && value <= max ? [] : [$"{path}: '{value}' is not allowed; must be a number from {min} to {max}"];

    private static string[] Positive(string path, double value) =>
        double.IsFinite(value) && value > 0 ? [] : [$"{path}: '{value}' is not allowed; must be a number above 0"];
}
