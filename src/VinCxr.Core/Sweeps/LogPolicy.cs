using System.Text.RegularExpressions;

namespace VinCxr.Core.Sweeps;

/// <summary>What a failed attempt means when one of its log lines, or its failure message, matches.</summary>
/// <param name="Match">A .NET regular expression, case-sensitive.</param>
/// <param name="Action">One of <see cref="Actions"/>.</param>
public sealed record LogPolicy(string Match, string Action)
{
    /// <summary>The node is at fault: tried again on another one, without using the error budget.</summary>
    public const string ExcludeNode = "exclude_node";

    /// <summary>As out of memory: tried again with half the batch.</summary>
    public const string HalveBatch = "halve_batch";

    /// <summary>An error like any other, whatever later policies or the trainer say.</summary>
    public const string Retry = "retry";

    /// <summary>Failed at once.</summary>
    public const string Fail = "fail";

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);

    public static IReadOnlyList<string> Actions { get; } = [ExcludeNode, HalveBatch, Retry, Fail];

    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    public Regex Compile() => new(Match, RegexOptions.CultureInvariant, Timeout);
}
