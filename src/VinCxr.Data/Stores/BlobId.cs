using System.Buffers;

namespace VinCxr.Data.Stores;

internal static class BlobId
{
    private const int Length = 64;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for a lower-case hex sha256, the only ids a blob can have; also what keeps ids from being used as paths.</summary>
    public static bool IsValid(string? id) => id is { Length: Length } && !id.AsSpan().ContainsAnyExcept(HexDigits);
}
