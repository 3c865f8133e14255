using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>Place in an append-only log.</summary>
internal static class Sequence
{
    /// <exception cref="InvalidInputException">It is negative.</exception>
    public static long Of(long? after) => after is < 0
        ? throw new InvalidInputException($"after {after} is negative; give the sequence number of the last entry you have, or 0")
        : after ?? 0;
}
