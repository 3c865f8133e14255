using System.Globalization;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Importance;
using VinCxr.Core.Sweeps;
using VinCxr.Server.Dashboard.Charts;

namespace VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

/// <summary>Variants with finished trials as points of the searched space.</summary>
/// <param name="Left">Variants that are not drawn.</param>
internal sealed record ParameterPlot(IReadOnlyList<string> Names, IReadOnlyList<ParallelAxis> Axes, IReadOnlyList<ParallelLine> Lines, int Left)
{
    /// <summary>More lines than this are a grey field, and slow.</summary>
    private const int MaxLines = 300;

    private IReadOnlyList<ParameterColumn> Columns { get; init; } = [];

    private IReadOnlyList<double> Scores { get; init; } = [];

    public static ParameterPlot None { get; } = new([], [], [], 0);

    public static ParameterPlot Of(SweepDetails sweep)
    {
        var scores = sweep.Trials.Where(t => t.State is TrialState.Succeeded or TrialState.Pruned && t.Map40 is not null).GroupBy(t => t.Variant).ToDictionary(g => g.Key, g => g.Average(t => t.Map40!.Value));
        VariantSummary[] variants = [.. sweep.Variants.Where(v => scores.ContainsKey(v.Id)).OrderByDescending(v => scores[v.Id])];
        string[] names = [.. sweep.Variants.SelectMany(v => v.Parameters.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0 || variants.Length == 0)
        {
            return None with { Names = names };
        }

        var (spec, _) = SweepFile.Parse(sweep.Yaml);
        bool IsLog(string name) => spec?.Parameters.TryGetValue(name, out var parameter) == true && parameter.Scale == "log";
        double[] values = [.. variants.Select(v => scores[v.Id])];
        string?[][] texts = [.. names.Select(n => variants.Select(v => v.Parameters.GetValueOrDefault(n)).ToArray())];
        Scale[] scales = [.. names.Select((n, i) => Scale.Of(n, texts[i], IsLog(n))), Scale.Of("mAP@0.4", [.. values.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture))], false)];
        (double worst, double best) = (values[^1], values[0]);
        int drawn = Math.Min(MaxLines, variants.Length);
        ParallelLine[] lines =
        [
            .. Enumerable.Range(0, drawn).Select(r => new ParallelLine(
                $"{variants[r].Id}: {Components.Shown.Score(values[r])}. {variants[r].Description}", [.. scales.Select(s => s.At[r])], best > worst ? (values[r] - worst) / (best - worst) : 1)).Reverse(),
        ];
        return new ParameterPlot(names, [.. scales.Select(s => new ParallelAxis(s.Name, s.Ticks))], lines, variants.Length - drawn)
        {
            Columns = Weighable(names, texts, IsLog),
            Scores = values,
        };
    }

    public ParameterImportance Weigh() => FunctionalAnova.Evaluate(Columns, Scores);

    private static List<ParameterColumn> Weighable(string[] names, string?[][] texts, Func<string, bool> isLog)
    {
        List<ParameterColumn> columns = [];
        foreach (var (i, name) in names.Index())
        {
            try
            {
                columns.Add(ParameterColumn.Of(name, texts[i], isLog(name)));
            }
            catch (InvalidInputException)
            {
                // Too many words to weigh; its axis is drawn all the same.
            }
        }

        return columns;
    }

    /// <summary>One axis with the place of each variant.</summary>
    private sealed record Scale(string Name, double[] At, (double At, string Text)[] Ticks)
    {
        public static Scale Of(string name, string?[] texts, bool isLog)
        {
            double?[] numbers = [.. texts.Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double n) ? n : (double?)null)];
            return numbers.All(n => n is not null) && numbers.Distinct().Count() > 1 ? OfNumbers(name, [.. numbers.Select(n => n!.Value)], isLog) : OfWords(name, texts);
        }

        private static Scale OfNumbers(string name, double[] values, bool isLog)
        {
            bool scales = isLog && values.Min() > 0;
            double Placed(double value) => scales ? Math.Log10(value) : value;
            (double low, double high) = (Placed(values.Min()), Placed(values.Max()));
            double[] at = [.. values.Select(v => (Placed(v) - low) / (high - low))];
            return new Scale(name, at, [.. Enumerable.Range(0, 5).Select(i => i / 4.0).Select(t => (t, Text(low + (t * (high - low)))))]);

            string Text(double place) => (scales ? Math.Pow(10, place) : place).ToString("G3", CultureInfo.InvariantCulture);
        }

        private static Scale OfWords(string name, string?[] texts)
        {
            string[] words = [.. texts.Select(t => t ?? "none").Distinct().Order(StringComparer.Ordinal)];
            double Place(int index) => words.Length == 1 ? 0.5 : index / (words.Length - 1.0);
            return new Scale(name, [.. texts.Select(t => Place(Array.IndexOf(words, t ?? "none")))], [.. words.Select((w, i) => (Place(i), w)).Where((_, i) => words.Length <= 16 || i % (words.Length / 8) == 0)]);
        }
    }
}
