namespace VinCxr.Fuzz;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every runtime, cheap to start afresh for each input.</summary>
internal sealed class Dice
{
    private ulong _state;

    /// <param name="seed">Seed of the whole run.</param>
    /// <param name="index">Number of the input within it; neighbours give unrelated sequences.</param>
    public Dice(ulong seed, long index)
    {
        _state = seed;
        _state = Next() ^ (ulong)index;
        _state = Next();
    }

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool OneIn(int count) => Below(count) == 0;

    public byte Byte() => (byte)Next();

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>An index, each as likely as its weight says.</summary>
    public int Weighted(IReadOnlyList<int> weights, int total)
    {
        int left = Below(total), at = 0;
        while (left >= weights[at])
        {
            left -= weights[at++];
        }

        return at;
    }
}
