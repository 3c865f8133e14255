using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// The first pass over content that can be read twice: its sha256, length, and a CRC-32C per chunk, by which the second pass finds out that the
/// source changed in between before it sends anything of it.
/// </summary>
/// <param name="Id">Lower-case hex sha256.</param>
internal sealed record ContentScan(string Id, long Length, IReadOnlyList<uint> Sums)
{
    /// <summary>What the source throws passes unchanged.</summary>
    public static async Task<ContentScan> RunAsync(Stream content, int chunkBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(chunkBytes);
        try
        {
            var sums = new List<uint>();
            long length = 0;
            int count;
            do
            {
                count = await content.ReadAtLeastAsync(buffer.AsMemory(0, chunkBytes), chunkBytes, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                if (count > 0)
                {
                    hash.AppendData(buffer, 0, count);
                    sums.Add(Sum(buffer.AsSpan(0, count)));
                    length += count;
                }
            }
            while (count == chunkBytes);
            return new ContentScan(Convert.ToHexStringLower(hash.GetHashAndReset()), length, sums);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return sum;
    }
}
