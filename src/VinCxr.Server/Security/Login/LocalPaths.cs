namespace VinCxr.Server.Security.Login;

/// <summary>Paths of this server, to which a browser may be sent.</summary>
internal static class LocalPaths
{
    /// <returns>The path, or <c>/</c> for what would lead elsewhere: browsers read <c>//host</c> and <c>/\host</c> as other servers.</returns>
    public static string Of(string? path) =>
        path is ['/', ..] && !(path.Length > 1 && path[1] is '/' or '\\') && !path.Any(char.IsControl) ? path : "/";
}
