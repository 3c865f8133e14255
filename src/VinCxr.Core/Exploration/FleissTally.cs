namespace VinCxr.Core.Exploration;

/// <summary>Fleiss' kappa, subject by subject.</summary>
/// <param name="answers">Number of possible answers.</param>
internal sealed class FleissTally(int answers)
{
    private readonly long[] _answers = new long[answers];
    private double _agreement;
    private long _ratings;
    private int _subjects;

    public double? Kappa => _subjects == 0
        ? null
        : Exploration.Kappa.BeyondChance(_agreement / _subjects, _answers.Sum(n => (double)n / _ratings * n / _ratings));

    /// <param name="raters">Raters per answer of one subject; fewer than two in all say nothing.</param>
    public void Add(ReadOnlySpan<int> raters)
    {
        int all = 0;
        double pairs = 0;
        foreach (int count in raters)
        {
            all += count;
            pairs += (double)count * (count - 1);
        }

        if (all < 2)
        {
            return;
        }

        for (int answer = 0; answer < raters.Length; answer++)
        {
            _answers[answer] += raters[answer];
        }

        _agreement += pairs / ((double)all * (all - 1));
        _ratings += all;
        _subjects++;
    }
}
