using VinCxr.Core;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>Where silos find each other, as <c>--clustering</c> says it.</summary>
/// <param name="Kind">Which way of finding each other.</param>
/// <param name="Host">Redis host; empty for the other kinds.</param>
/// <param name="Database">Redis database, 0 by default.</param>
public sealed record ClusteringAddress(ClusteringKind Kind, string Host = "", int Port = 0, int Database = 0, bool Tls = false)
{
    /// <summary>Environment variable that stands in for the option.</summary>
    public const string Variable = "VINCXR_CLUSTERING";

    private const int DefaultPort = 6379;
    private const string Advice = "give localhost, redis://host:port[/db] or azure";

    /// <summary>Silos of one machine, led by the process that holds the store's seat.</summary>
    public static ClusteringAddress Localhost { get; } = new(ClusteringKind.Localhost);

    public string? User { get; private init; }

    public string? Password { get; private init; }

    /// <exception cref="InvalidInputException">Not an address; the message never shows a password.</exception>
    public static ClusteringAddress Parse(string text) => TryParse(text, out string? error) ?? throw new InvalidInputException($"--clustering {error}");

    /// <param name="error">What is wrong with it, or null.</param>
    internal static ClusteringAddress? TryParse(string text, out string? error)
    {
        error = null;
        switch (text)
        {
            case "localhost":
                return Localhost;
            case "azure":
                return new ClusteringAddress(ClusteringKind.Azure);
            case not null when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "redis" or "rediss" && OfRedis(uri) is { } address:
                return address;
            default:
                error = $"'{Shown(text ?? "")}' is none of localhost, redis://host:port[/db], azure; {Advice}";
                return null;
        }
    }

    /// <summary>The address without credentials, which <see cref="Parse"/> reads again.</summary>
    public override string ToString() => Kind switch
    {
        ClusteringKind.Redis => $"{(Tls ? "rediss" : "redis")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}{(Database == 0 ? "" : $"/{Database}")}",
        ClusteringKind.Azure => "azure",
        _ => "localhost",
    };

    private static ClusteringAddress? OfRedis(Uri uri)
    {
        string database = uri.AbsolutePath.Trim('/');
        int number = 0;
        bool isWrong = uri.IdnHost.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.Port == 0
            || (database.Length > 0 && (!int.TryParse(database, System.Globalization.NumberStyles.None, null, out number) || number > 1_000_000));
        if (isWrong)
        {
            return null;
        }

        string[] credentials = uri.UserInfo.Length == 0 ? [] : uri.UserInfo.Split(':', 2);
        return new ClusteringAddress(ClusteringKind.Redis, uri.IdnHost, uri.Port < 0 ? DefaultPort : uri.Port, number, uri.Scheme == "rediss")
        {
            User = credentials is [{ Length: > 0 } user, _] ? Uri.UnescapeDataString(user) : null,
            Password = credentials is [_, var password] ? Uri.UnescapeDataString(password) : null,
        };
    }

    private static string Shown(string text) => text.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme && text.LastIndexOf('@') is > 0 and var at
        ? $"{text[..(scheme + 3)]}***{text[at..]}"
        : text;
}

/// <summary>Ways in which silos find each other.</summary>
public enum ClusteringKind
{
    Localhost,
    Redis,
    Azure,
}
