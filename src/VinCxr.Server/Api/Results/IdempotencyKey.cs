using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>The header by which a client says that a request is the same as one before.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 200;

    /// <exception cref="InvalidInputException">It is empty, too long or holds control characters.</exception>
    public static string? Check(string? key) => key is not null && (key.Length is 0 or > MaxLength || key.Any(char.IsControl))
        ? throw new InvalidInputException($"{Header} of {key.Length} characters; it has 1 to {MaxLength}, and no control characters")
        : key;
}
