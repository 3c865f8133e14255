using System.Globalization;
using System.Text;

namespace VinCxr.Contracts.Api;

/// <summary>Names that files may be uploaded under: paths below a folder, the same on both ends of the API.</summary>
public static class UploadNames
{
    /// <summary>Of a name in UTF-8.</summary>
    public const int MaxBytes = 1000;

    private const int MaxPartBytes = 240;
    private const int MaxDepth = 16;
    private const string Forbidden = "\\:*?\"<>|";

    /// <returns>What is wrong with a name, as the end of a sentence, or null.</returns>
    public static string? Problem(string name)
    {
        string[] parts = name.Split('/');
        return name.Any(c => char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            || !IsWellFormed(name) ? "holds characters that cannot be seen"
            : name.Any(Forbidden.Contains) ? $"holds one of {Forbidden}"
            : name.Contains("%2f", StringComparison.OrdinalIgnoreCase) ? "holds %2F, which stands for a slash in addresses"
            : Encoding.UTF8.GetByteCount(name) > MaxBytes || parts.Any(p => Encoding.UTF8.GetByteCount(p) > MaxPartBytes) ? $"is longer than {MaxBytes} bytes, or a part of it than {MaxPartBytes}"
            : parts.Length > MaxDepth ? $"lies more than {MaxDepth} folders deep"
            : parts.Any(p => p.Trim().TrimEnd('.') != p || p.Length == 0) ? "has a part that is empty, or begins with a blank, or ends with a blank or a dot"
            : null;
    }

    private static bool IsWellFormed(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
