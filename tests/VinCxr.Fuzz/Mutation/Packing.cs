using System.IO.Compression;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Deflated data sets (PS3.5 annex A.5): inflated for mutation, packed again behind it, and replaced by bombs.</summary>
internal static class Packing
{
    private static readonly int[] BombMegabytes = [4, 70, 300];
    private static readonly Lazy<byte[][]> Bombs = new(() => Array.ConvertAll(BombMegabytes, Zeros));

    public static byte[] Inflate(byte[] file)
    {
        int at = ElementMap.Of(file).DataSetAt;
        using var packed = new DeflateStream(new MemoryStream(file, at, file.Length - at), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        whole.Write(file, 0, at);
        packed.CopyTo(whole);
        return whole.ToArray();
    }

    public static byte[] Deflate(byte[] file)
    {
        int at = ElementMap.Of(file).DataSetAt;
        using var whole = new MemoryStream();
        whole.Write(file, 0, at);
        using (var packed = new DeflateStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        {
            packed.Write(file, at, file.Length - at);
        }

        return whole.ToArray();
    }

    /// <summary>The meta group of a file in front of up to 300 MiB of zeros, packed about a thousand to one.</summary>
    public static byte[] Bomb(byte[] file, Dice dice) => [.. file.AsSpan(0, ElementMap.Of(file).DataSetAt), .. dice.Of(Bombs.Value)];

    private static byte[] Zeros(int megabytes)
    {
        var block = new byte[1 << 20];
        using var whole = new MemoryStream();
        using (var packed = new DeflateStream(whole, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int i = 0; i < megabytes; i++)
            {
                packed.Write(block);
            }
        }

        return whole.ToArray();
    }
}
