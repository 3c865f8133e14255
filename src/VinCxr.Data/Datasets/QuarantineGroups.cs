using System.Text.RegularExpressions;

namespace VinCxr.Data.Datasets;

/// <param name="Reason">With <c>…</c> for names and numbers that differ from file to file.</param>
/// <param name="Example">One of the files.</param>
public sealed record QuarantineGroup(string Reason, int Files, string Example);

/// <summary>Says in a few lines why many files were quarantined.</summary>
public static partial class QuarantineGroups
{
    /// <returns>In falling order of files.</returns>
    public static IReadOnlyList<QuarantineGroup> Of(IEnumerable<QuarantinedImage> files) =>
    [
        .. files.GroupBy(f => Varying().Replace(f.Reason, "…"), StringComparer.Ordinal)
            .Select(g => g.Count() == 1
                ? new QuarantineGroup(g.Single().Reason, 1, g.Single().File)
                : new QuarantineGroup(g.Key, g.Count(), g.First().File))
            .OrderByDescending(g => g.Files).ThenBy(g => g.Reason, StringComparer.Ordinal),
    ];

    /// <summary>Quoted names, and numbers that are no part of a tag, UID or word.</summary>
    [GeneratedRegex(@"'[^']*'|(?<![\w.(,])\d+(?![\w.,)])")]
    private static partial Regex Varying();
}
