using System.Numerics;
using CsCheck;
using VinCxr.Data.Leakage;

namespace VinCxr.Data.Tests.Leakage;

public sealed class HammingPairsTests
{
    /// <summary>Hashes in clusters, so that near pairs occur at every distance: a few centres with some bits flipped.</summary>
    private static readonly Gen<ulong[]> Clustered =
        from centres in Gen.ULong.Array[1, 5]
        from members in Gen.Select(Gen.Int[0, centres.Length - 1], Gen.Int[0, 63].Array[0, 14]).Array[0, 120]
        select members.Select(m => m.Item2.Aggregate(centres[m.Item1], (hash, bit) => hash ^ (1UL << bit))).ToArray();

    [Fact]
    public void Finds_what_comparing_everything_finds() => Gen.Select(Clustered, Gen.Int[0, 20]).Sample(
        (hashes, distance) => Assert.Equal(BruteForce(hashes, distance), HammingPairs.Find(hashes, distance)),
        iter: 400);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(64)]
    public void Every_distance_is_exact_at_its_border(int distance)
    {
        // Hashes with the first d bits set: positions i and j are |i - j| apart.
        ulong[] hashes = [.. Enumerable.Range(0, 65).Select(bits => bits == 64 ? ulong.MaxValue : (1UL << bits) - 1)];
        IReadOnlyList<(int A, int B)> pairs = HammingPairs.Find(hashes, distance);
        Assert.Equal(Enumerable.Range(1, Math.Min(distance, 64)).Sum(d => 65 - d), pairs.Count);
        Assert.All(pairs, p => Assert.InRange(p.B - p.A, 1, distance));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65)]
    public void Distances_that_cannot_be_are_refused(int distance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HammingPairs.Find([], distance));

    private static (int A, int B)[] BruteForce(ulong[] hashes, int distance) =>
    [
        .. from a in Enumerable.Range(0, hashes.Length)
           from b in Enumerable.Range(a + 1, hashes.Length - a - 1)
           where BitOperations.PopCount(hashes[a] ^ hashes[b]) <= distance
           select (a, b),
    ];
}
