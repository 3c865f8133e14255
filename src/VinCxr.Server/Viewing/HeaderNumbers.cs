using System.Globalization;

namespace VinCxr.Server.Viewing;

/// <summary>Numbers in a response's headers: shortest exact text, comma between them.</summary>
internal static class HeaderNumbers
{
    public static string Of(params double[] values) => string.Join(", ", values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
