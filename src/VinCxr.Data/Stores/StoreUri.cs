using VinCxr.Core;

namespace VinCxr.Data.Stores;

/// <summary>What people type for a store.</summary>
internal static class StoreUri
{
    private const string FileScheme = "file://";
    private const string Allowed = "give a folder, as file:///absolute/path, file://relative/path or a plain path, or mongodb://host/database";

    /// <returns>The absolute folder that a <c>file://</c> URI or plain path names.</returns>
    /// <exception cref="InvalidInputException">Blank, malformed, or a scheme this build does not know.</exception>
    public static string ToDirectory(string uri)
    {
        string text = uri?.Trim() ?? "";
        if (text.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
        {
            text = text[FileScheme.Length..];
        }
        else if (text.Contains("://", StringComparison.Ordinal))
        {
            string scheme = text[..text.IndexOf("://", StringComparison.Ordinal)];
            throw new InvalidInputException($"store '{WithoutCredentials(text)}': scheme '{scheme}' is not supported by this build; {Allowed}");
        }
        else if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"store '{uri}' lacks the two slashes after 'file:'; {Allowed}");
        }

        if (text.Length == 0 || text.Contains('\0'))
        {
            throw new InvalidInputException($"store '{uri}' names no folder; {Allowed}");
        }

        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal))
        {
            text = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + text[1..];
        }

        bool isDrive = OperatingSystem.IsWindows() && text.Length > 2 && text[0] == '/' && text[2] == ':';
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(isDrive ? text[1..] : text));
    }

    public static string FromDirectory(string directory)
    {
        string path = directory.Replace(Path.DirectorySeparatorChar, '/');
        return path.StartsWith('/') ? FileScheme + path : $"{FileScheme}/{path}";
    }

    /// <summary>The URI as it may be shown: no user, no password.</summary>
    public static string WithoutCredentials(string uri)
    {
        int start = uri.IndexOf("://", StringComparison.Ordinal) + 3;
        // The last one of all: a password that was not escaped may hold anything.
        int at = uri.LastIndexOf('@');
        return at >= start ? uri[..start] + uri[(at + 1)..] : uri;
    }
}
