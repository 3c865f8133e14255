namespace VinCxr.Core.Detection;

internal static class Ranking
{
    /// <returns>Indices of <paramref name="scores"/> from the highest to the lowest; ties keep input order. No score is NaN.</returns>
    public static int[] Descending(ReadOnlySpan<double> scores)
    {
        double[] keys = new double[scores.Length];
        int[] order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = -scores[i];
            order[i] = i;
        }

        // Sorting plain numbers is far quicker than a stable sort with a comparer; runs of ties are put back in order afterwards.
        Array.Sort(keys, order);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }
}
