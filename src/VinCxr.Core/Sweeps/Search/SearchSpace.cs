using VinCxr.Core.Sweeps.Schema;

namespace VinCxr.Core.Sweeps.Search;

/// <summary>The searched parameters of a sweep: maps points of the unit cube to variants and respects <c>when</c>.</summary>
internal sealed class SearchSpace(SweepSpec spec)
{
    public IReadOnlyList<KeyValuePair<string, ParameterSpec>> Parameters { get; } = [.. spec.Parameters];

    /// <param name="index">Position in the sweep, giving the id <c>v{index}</c>.</param>
    /// <param name="chosen">Active parameters only.</param>
    public Variant ToVariant(int index, IReadOnlyDictionary<string, object> chosen)
    {
        SweepSpec resolved = spec;
        foreach ((string path, object value) in chosen)
        {
            resolved = SweepSchema.Find(path)!.Set(resolved, value);
        }

        return new Variant($"v{index}", chosen, resolved.Settings);
    }

    /// <summary>Maps one coordinate per parameter, in [0, 1), to values; inactive parameters are left out.</summary>
    public OrderedDictionary<string, object> FromUnitCube(Func<int, double> coordinate)
    {
        OrderedDictionary<string, object> chosen = [];
        for (int i = 0; i < Parameters.Count; i++)
        {
            (string path, ParameterSpec parameter) = Parameters[i];
            if (IsActive(parameter, chosen))
            {
                chosen[path] = FromUnit(path, parameter, coordinate(i));
            }
        }

        return chosen;
    }

    /// <summary>True when every condition holds; a condition on an inactive parameter does not.</summary>
    public static bool IsActive(ParameterSpec parameter, IReadOnlyDictionary<string, object> chosen) =>
        parameter.When.All(w => chosen.TryGetValue(w.Key, out object? value) && w.Value.Contains(value));

    /// <param name="unit">Position in [0, 1].</param>
    public static object FromUnit(string path, ParameterSpec parameter, double unit)
    {
        if (parameter.Values is { } values)
        {
            return values[Math.Min((int)(unit * values.Count), values.Count - 1)];
        }

        double min = parameter.Min!.Value, max = parameter.Max!.Value;
        double value = parameter.Scale == "log" ? min * Math.Pow(max / min, unit) : min + ((max - min) * unit);
        if (!parameter.Whole)
        {
            // Six digits are more than any learning rate needs and keep names, hashes and logs readable.
            return Math.Clamp(double.Parse(value.ToString("G6")), min, max);
        }

        long step = SweepSchema.Find(path)!.MultipleOf;
        return (long)Math.Clamp(Math.Round(value / step) * step, min, max);
    }

    /// <summary>Text that is equal for equal choices.</summary>
    public static string KeyOf(IEnumerable<KeyValuePair<string, object>> chosen) => string.Join(';', chosen.Select(c => $"{c.Key}={c.Value}"));
}
