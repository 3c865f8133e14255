using System.Globalization;
using VinCxr.Core.Rendering;

namespace VinCxr.Server.Dashboard.Components;

/// <summary>Values as the pages write them.</summary>
internal static class Shown
{
    /// <inheritdoc cref="HumanText.Score"/>
    public static string Score(double? score) => HumanText.Score(score, "–");

    /// <summary>A time of UTC; browsers' zones are not known to the server.</summary>
    public static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>As <see cref="Time"/>, with seconds.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
