namespace VinCxr.Server.Dashboard.Theme;

/// <summary>The theme that somebody chose, as a cookie that scripts write and the server reads, so that the first picture is right.</summary>
internal static class ThemeChoice
{
    public const string Cookie = "vincxr-theme";
    public const string Dark = "dark";
    public const string Light = "light";

    /// <returns>The choice, or null for the theme of the system; cookies may hold anything.</returns>
    public static string? Read(string? cookie) => cookie is Dark or Light ? cookie : null;
}
