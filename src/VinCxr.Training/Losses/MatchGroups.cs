using System.Runtime.InteropServices;

namespace VinCxr.Training.Losses;

/// <summary>Equal numbers grouped: where each goes in a table with one row per distinct number.</summary>
/// <param name="Distinct">The distinct numbers, in order of first occurrence.</param>
/// <param name="Largest">Size of the largest group: the table's columns.</param>
/// <param name="Slots">For each number its place in the row-major table; no two share one.</param>
internal sealed record MatchGroups(long[] Distinct, int Largest, long[] Slots)
{
    public int Count => Distinct.Length;

    public static MatchGroups Of(IReadOnlyList<long> numbers)
    {
        var rowOf = new Dictionary<long, int>();
        var sizes = new List<int>();
        var distinct = new List<long>();
        var places = new (int Row, int Column)[numbers.Count];
        for (int i = 0; i < numbers.Count; i++)
        {
            ref int row = ref CollectionsMarshal.GetValueRefOrAddDefault(rowOf, numbers[i], out bool known);
            if (!known)
            {
                row = distinct.Count;
                distinct.Add(numbers[i]);
                sizes.Add(0);
            }

            places[i] = (row, sizes[row]++);
        }

        int largest = sizes.Count == 0 ? 0 : sizes.Max();
        return new MatchGroups([.. distinct], largest, [.. places.Select(p => ((long)p.Row * largest) + p.Column)]);
    }
}
