using System.Globalization;

namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>One step of a chain with all of its options, checked.</summary>
public sealed class TransformStep
{
    private readonly double[] _values;

    internal TransformStep(TransformDefinition definition, double[] values) => (Definition, _values) = (definition, values);

    public TransformDefinition Definition { get; }

    public string Name => Definition.Name;

    /// <summary>The value of an option, its default where the chain names none.</summary>
    /// <exception cref="ArgumentException">The step takes no such option.</exception>
    public double this[string option]
    {
        get
        {
            for (int i = 0; i < _values.Length; i++)
            {
                if (Definition.Options[i].Name == option)
                {
                    return _values[i];
                }
            }

            throw new ArgumentException($"step '{Name}' takes no option '{option}'", nameof(option));
        }
    }

    /// <summary>Canonical text: options in the order of the definition, defaults left out.</summary>
    public override string ToString()
    {
        string[] options =
        [
            .. Definition.Options.Zip(_values).Where(o => o.First.Default != o.Second).Select(o => $"{o.First.Name}={Text(o.Second)}"),
        ];
        return options.Length == 0 ? Name : $"{Name}({string.Join(", ", options)})";
    }

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
