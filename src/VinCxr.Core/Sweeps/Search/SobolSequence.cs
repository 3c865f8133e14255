namespace VinCxr.Core.Sweeps.Search;

/// <summary>
/// The Sobol sequence in base 2 with a digital shift. Primitive polynomials and initial direction numbers as published by
/// Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008).
/// </summary>
internal static class SobolSequence
{
    public const int MaxDimensions = 16;
    private const int Bits = 32;

    // Degree, inner coefficients of the primitive polynomial, initial m values; the first dimension is van der Corput's.
    private static readonly (int Degree, uint Coefficients, uint[] Initial)[] Polynomials =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]),
        (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]),
        (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]), (6, 16, [1, 3, 1, 13, 27, 49]),
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, MaxDimensions).Select(DirectionNumbers)];

    /// <returns>One coordinate in [0, 1) of point <paramref name="index"/>.</returns>
    public static double Coordinate(long index, int dimension, uint shift)
    {
        uint bits = shift;
        ulong gray = (ulong)index ^ ((ulong)index >> 1);
        for (int bit = 0; gray != 0 && bit < Bits; bit++, gray >>= 1)
        {
            if ((gray & 1) == 1)
            {
                bits ^= Directions[dimension][bit];
            }
        }

        return bits / 4294967296.0;
    }

    /// <summary>One random shift per dimension, all from one seed.</summary>
    public static uint[] Shift(int seed)
    {
        Random random = DistinctDraws.Generator(seed, 0, 0);
        return [.. Enumerable.Range(0, MaxDimensions).Select(_ => (uint)random.NextInt64(1L << Bits))];
    }

    private static uint[] DirectionNumbers(int dimension)
    {
        uint[] v = new uint[Bits];
        if (dimension == 0)
        {
            return [.. Enumerable.Range(0, Bits).Select(i => 1u << (Bits - 1 - i))];
        }

        (int degree, uint coefficients, uint[] initial) = Polynomials[dimension - 1];
        for (int i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                v[i] = initial[i] << (Bits - 1 - i);
                continue;
            }

            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                v[i] ^= ((coefficients >> (degree - 1 - k)) & 1) * v[i - k];
            }
        }

        return v;
    }
}
