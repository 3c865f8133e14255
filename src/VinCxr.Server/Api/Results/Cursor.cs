using System.Buffers.Text;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>Pages of a list. A cursor is the key of the last item seen, opaque to clients, so that items that come or go meanwhile repeat or hide no other.</summary>
internal static class Cursor
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <summary>Of a name as long as an uploaded file may have, in base 64.</summary>
    private const int MaxLength = 1400;

    /// <param name="items">In the order of their keys.</param>
    /// <param name="after">Compares an item's key with the cursor's: true when the item comes after it.</param>
    /// <exception cref="InvalidInputException">The limit is out of range or the cursor is none; all mistakes are listed.</exception>
    public static Page<T> Page<T>(IReadOnlyList<T> items, string? cursor, int? limit, Func<T, string> keyOf, Func<T, string, bool> after)
    {
        List<string> errors = [];
        if (limit is < 1 or > MaxLimit)
        {
            errors.Add($"limit {limit} is not between 1 and {MaxLimit}");
        }

        string? key = cursor is null ? null : Decode(cursor, errors);
        if (errors.Count > 0)
        {
            throw new InvalidInputException("query", errors);
        }

        int wanted = limit ?? DefaultLimit;
        T[] found = [.. (key is null ? items : items.Where(item => after(item, key))).Take(wanted + 1)];
        return found.Length <= wanted ? new Page<T>(found, null) : new Page<T>(found[..wanted], Encode(keyOf(found[wanted - 1])));
    }

    private static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static string? Decode(string cursor, List<string> errors)
    {
        try
        {
            return cursor.Length is > 0 and <= MaxLength ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor)) : throw new FormatException();
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            errors.Add($"cursor '{(cursor.Length <= MaxLength ? cursor : cursor[..20] + "…")}' is none that this list gave");
            return null;
        }
    }
}
