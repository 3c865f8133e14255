using CsCheck;

namespace VinCxr.Core.Tests;

/// <summary>Property tests over one fixed stream of cases: CsCheck's own stream differs from run to run.</summary>
internal static class Properties
{
    /// <summary>Runs <paramref name="assert"/> on the same <paramref name="iter"/> cases every time; a failing case is handed to CsCheck to shrink.</summary>
    public static void Hold<T>(Gen<T> gen, Action<T> assert, int iter)
    {
        var random = new PCG(1, 20040601UL);
        for (int i = 0; i < iter; i++)
        {
            ulong state = random.State;
            T value = gen.Generate(random, null, out _);
            try
            {
                assert(value);
            }
            catch (Exception)
            {
                gen.Sample(assert, seed: random.ToString(state), iter: 2000);
                throw;
            }
        }
    }
}
