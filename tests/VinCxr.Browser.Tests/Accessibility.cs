using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace VinCxr.Browser.Tests;

/// <summary>What of the Web Content Accessibility Guidelines 2.1, levels A and AA, a program can check: names, roles, contrast of 4.5:1, and more.</summary>
internal static class Accessibility
{
    private static readonly AxeRunOptions Options = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] },
        ResultTypes = [ResultType.Violations],
    };

    /// <returns>What is not as it should be, a line for each element.</returns>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page) =>
    [
        .. from violation in (await page.RunAxe(Options)).Violations
           from node in violation.Nodes
           select $"{violation.Id}: {node.Target} {node.Html} {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(c => c.Message))}",
    ];
}
