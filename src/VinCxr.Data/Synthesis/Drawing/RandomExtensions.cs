using System.Numerics;

namespace VinCxr.Data.Synthesis.Drawing;

internal static class RandomExtensions
{
    /// <summary>Uniform in [low, high).</summary>
    public static float Range(this Random random, double low, double high) => (float)(low + ((high - low) * random.NextDouble()));

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>A point in the unit disc.</summary>
    public static Vector2 InDisc(this Random random)
    {
        (float sin, float cos) = MathF.SinCos(random.Range(0, Math.Tau));
        return MathF.Sqrt((float)random.NextDouble()) * new Vector2(cos, sin);
    }
}
