namespace VinCxr.Core.Sweeps.Search;

/// <summary>
/// Density of one parameter on [0, 1]: for a range a mixture of Gaussians cut off at the ends plus a uniform part,
/// for listed values smoothed frequencies spread evenly over each value's share of the interval.
/// </summary>
internal sealed class ParzenEstimator
{
    private readonly double[] _centres;
    private readonly double _width;
    private readonly double[]? _weights;

    private ParzenEstimator(double[] centres, double width, double[]? weights) => (_centres, _width, _weights) = (centres, width, weights);

    public static ParzenEstimator Fit(ParameterSpec parameter, IEnumerable<object> observed)
    {
        if (parameter.Values is { } values)
        {
            double[] counts = [.. values.Select(_ => 1.0)];
            int total = values.Count;
            foreach (object value in observed)
            {
                counts[values.ToList().IndexOf(value)]++;
                total++;
            }

            return new ParzenEstimator([], 0, [.. counts.Select(c => c / total)]);
        }

        double[] centres = [.. observed.Select(v => ToUnit(parameter, Convert.ToDouble(v)))];

        // Scott's rule on the unit interval, never narrower than a hundredth of it.
        double width = Math.Max(0.01, 0.5 * Math.Pow(Math.Max(1, centres.Length), -0.2));
        return new ParzenEstimator(centres, width, null);
    }

    public double Sample(Random random)
    {
        if (_weights is not null)
        {
            double target = random.NextDouble();
            int index = 0;
            while (index < _weights.Length - 1 && target >= _weights[index])
            {
                target -= _weights[index++];
            }

            return (index + 0.5) / _weights.Length;
        }

        int component = random.Next(_centres.Length + 1);
        if (component == _centres.Length)
        {
            return random.NextDouble();
        }

        // Cut off by drawing again: clamping would heap proposals onto the very ends. A centre lies inside, so half of the draws do at worst.
        double unit;
        do
        {
            double gaussian = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            unit = _centres[component] + (_width * gaussian);
        }
        while (unit is < 0 or > 1);
        return unit;
    }

    /// <param name="unit">Position in [0, 1].</param>
    public double LogDensity(double unit)
    {
        if (_weights is not null)
        {
            int index = Math.Min((int)(unit * _weights.Length), _weights.Length - 1);
            return Math.Log(_weights[index] * _weights.Length);
        }

        double sum = 1;
        foreach (double centre in _centres)
        {
            double z = (unit - centre) / _width;
            sum += Math.Exp(-0.5 * z * z) / (_width * Math.Sqrt(2 * Math.PI));
        }

        return Math.Log(sum / (_centres.Length + 1));
    }

    private static double ToUnit(ParameterSpec parameter, double value)
    {
        double min = parameter.Min!.Value, max = parameter.Max!.Value;
        return parameter.Scale == "log" ? Math.Log(value / min) / Math.Log(max / min) : (value - min) / (max - min);
    }
}
