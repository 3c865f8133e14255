using System.Text.Json;

namespace VinCxr.Cli.Tests;

internal static class JsonAssert
{
    /// <summary>All names are there; others may be as well, as the contract says.</summary>
    public static void HasFields(JsonElement element, params string[] names)
    {
        string[] actual = [.. element.EnumerateObject().Select(p => p.Name)];
        foreach (string name in names)
        {
            Assert.Contains(name, actual);
        }
    }
}
