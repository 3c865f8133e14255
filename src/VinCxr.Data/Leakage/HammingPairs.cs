using System.Numerics;

namespace VinCxr.Data.Leakage;

/// <summary>All pairs of 64-bit hashes that differ in few bits.</summary>
public static class HammingPairs
{
    /// <summary>Above this, bands would be so narrow that comparing everything with everything is as fast.</summary>
    private const int MostBands = 12;

    /// <summary>
    /// Hashes are cut into one band more than bits may differ, so that the hashes of a pair are equal in at least one band (Norouzi, Punjani,
    /// Fleet 2012); only hashes that share a band are compared.
    /// </summary>
    /// <param name="distance">Most bits in which the hashes of a pair differ, in [0, 64].</param>
    /// <returns>Pairs of positions (A &lt; B), ascending, each once.</returns>
    public static IReadOnlyList<(int A, int B)> Find(IReadOnlyList<ulong> hashes, int distance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(distance);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distance, 64);
        int bands = distance + 1;
        List<(int A, int B)> pairs = [];
        if (bands > MostBands)
        {
            Compare([.. Enumerable.Range(0, hashes.Count)], hashes, distance, band: 0, masks: [], pairs);
        }
        else
        {
            ulong[] masks = Masks(bands);
            for (int band = 0; band < bands; band++)
            {
                ulong mask = masks[band];
                foreach (IGrouping<ulong, int> bucket in Enumerable.Range(0, hashes.Count).GroupBy(i => hashes[i] & mask))
                {
                    Compare([.. bucket], hashes, distance, band, masks, pairs);
                }
            }
        }

        pairs.Sort();
        return pairs;
    }

    private static void Compare(int[] members, IReadOnlyList<ulong> hashes, int distance, int band, ulong[] masks, List<(int A, int B)> pairs)
    {
        for (int i = 0; i < members.Length; i++)
        {
            ulong hash = hashes[members[i]];
            for (int j = i + 1; j < members.Length; j++)
            {
                ulong difference = hash ^ hashes[members[j]];
                if (BitOperations.PopCount(difference) <= distance && IsFirstSharedBand(difference, band, masks))
                {
                    pairs.Add((members[i], members[j]));
                }
            }
        }
    }

    /// <summary>A pair that shares several bands is reported by the first of them.</summary>
    private static bool IsFirstSharedBand(ulong difference, int band, ulong[] masks)
    {
        for (int earlier = 0; earlier < band; earlier++)
        {
            if ((difference & masks[earlier]) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static ulong[] Masks(int bands)
    {
        var masks = new ulong[bands];
        for (int bit = 0; bit < 64; bit++)
        {
            masks[bit * bands / 64] |= 1UL << bit;
        }

        return masks;
    }
}
