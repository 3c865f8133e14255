using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Orchestration.Sweeps;

internal static class SweepNames
{
    private const int MaxSlug = 40;

    /// <summary>Slug of the name and six hex digits; with an idempotency key the same key gives the same id.</summary>
    public static string NewId(string name, string? key)
    {
        string digits = key is null
            ? RandomNumberGenerator.GetHexString(6, lowercase: true)
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..6];
        return $"{Slug(name)}-{digits}";
    }

    public static string TrialId(string sweepId, string variant, int fold) => $"{sweepId}-{variant}-f{fold}";

    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (char c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string text = slug.ToString(0, Math.Min(slug.Length, MaxSlug)).Trim('-');
        return text.Length == 0 ? "sweep" : text;
    }
}
