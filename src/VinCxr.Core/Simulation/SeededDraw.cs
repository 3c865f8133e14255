using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Core.Simulation;

/// <summary>
/// Random numbers without state: each follows from a text and the places it is asked for at, so that the order of asking, and how often, changes nothing.
/// </summary>
internal readonly record struct SeededDraw(ulong Key)
{
    public static SeededDraw Of(string text) => new(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>A source of its own for one place.</summary>
    public SeededDraw At(long place) => new(Mix(Key + (unchecked((ulong)place + 1) * 0x9E3779B97F4A7C15)));

    /// <inheritdoc cref="At(long)"/>
    public SeededDraw At(string place) => At(unchecked((long)Of(place).Key));

    /// <summary>In [0, 1).</summary>
    public double Uniform => (Mix(Key) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Mean 0, variance 1 (Box and Muller 1958).</summary>
    public double Gaussian => Math.Sqrt(-2 * Math.Log(1 - At(0).Uniform)) * Math.Cos(2 * Math.PI * At(1).Uniform);

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
