namespace VinCxr.Training.Loading;

/// <summary>
/// Random generators that depend on their place in the run only, never on what was drawn before or by which thread: the run's
/// random state is (seed, epoch, index), which is why resuming needs no more than the counters.
/// </summary>
public static class SeededRandom
{
    public static Random At(int seed, int epoch, int index)
    {
        ulong mixed = Mix(Mix(Mix((uint)seed) ^ (uint)epoch) ^ (uint)index);
        return new Random((int)(mixed >> 33));
    }

    // The output function of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong value)
    {
        ulong z = value + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
