using System.Buffers;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>A <c>mongodb://</c> URI as the store uses it: the driver's settings with our defaults, and a name that is safe to show.</summary>
/// <param name="Settings">What the URI says; where it says nothing, majority writes with journal, majority reads, and bounded waits.</param>
/// <param name="Canonical"><c>mongodb://host/db</c> without credentials, options and default port.</param>
internal sealed record MongoAddress(MongoClientSettings Settings, string Database, string Canonical)
{
    private const string PlainScheme = "mongodb://";
    private const string DnsScheme = "mongodb+srv://";
    private const string Advice = "give mongodb://host[:port]/database?options";
    private const int MaxNameLength = 63;
    private const int WaitingCallers = 1_000_000;
    private static readonly SearchValues<char> BadInName = SearchValues.Create("/\\. \"$*<>:|?");
    private static readonly TimeSpan SelectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SocketTimeout = TimeSpan.FromSeconds(60);

    public static bool IsMongo(string? uri) => uri?.TrimStart() is { } text
        && (text.StartsWith(PlainScheme, StringComparison.OrdinalIgnoreCase) || text.StartsWith(DnsScheme, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="InvalidInputException">The URI cannot be read or names no database; credentials are not shown.</exception>
    /// <exception cref="StoreException">The DNS records of a <c>mongodb+srv</c> host cannot be found.</exception>
    public static MongoAddress Parse(string uri)
    {
        // The driver knows schemes in lower case only.
        string text = uri.Trim();
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        text = text[..colon].ToLowerInvariant() + text[colon..];
        string shown = StoreUri.WithoutCredentials(text).Split('?')[0];
        MongoUrl url;
        try
        {
            url = new MongoUrl(text);
        }
        catch (Exception error) when (error is MongoConfigurationException or ArgumentException or FormatException)
        {
            throw new InvalidInputException($"store '{shown}': {Reason(error, text)}; {Advice}");
        }

        if (string.IsNullOrEmpty(url.DatabaseName) || url.DatabaseName.Length > MaxNameLength || url.DatabaseName.AsSpan().ContainsAny(BadInName))
        {
            throw new InvalidInputException($"store '{shown}' names no valid database; {Advice}");
        }

        string canonical = Canonicalize(url);
        try
        {
            return new MongoAddress(ToSettings(url, text), url.DatabaseName, canonical);
        }
        catch (Exception error) when (error is MongoConfigurationException or ArgumentException)
        {
            throw new InvalidInputException($"store '{canonical}': {Reason(error, text)}; {Advice}");
        }
        catch (Exception error) when (url.Scheme == MongoDB.Driver.Core.Configuration.ConnectionStringScheme.MongoDBPlusSrv)
        {
            throw new StoreException($"store '{canonical}': its DNS records cannot be found ({StoreErrors.OneLine(error.Message)}); check the name", error);
        }
    }

    /// <summary>The driver's text, unless it quotes the URI with its password; for the same reason the cause is not passed on.</summary>
    private static string Reason(Exception error, string uri) =>
        error.Message.Contains(uri, StringComparison.Ordinal) ? "it cannot be read" : StoreErrors.OneLine(error.Message);

    private static MongoClientSettings ToSettings(MongoUrl url, string text)
    {
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName ??= "vincxr";
        var concern = settings.WriteConcern;
        settings.WriteConcern = WriteConcern.WMajority.With(
            w: url.W ?? concern.W ?? "majority", journal: url.Journal ?? url.W is null, wTimeout: url.WTimeout);
        settings.ReadConcern = url.ReadConcernLevel is null ? ReadConcern.Majority : settings.ReadConcern;
        bool Says(string option) => text.Contains(option + "=", StringComparison.OrdinalIgnoreCase);
        if (!Says("serverSelectionTimeoutMS") && !Says("serverSelectionTimeout"))
        {
            settings.ServerSelectionTimeout = SelectionTimeout;
        }

        // The driver would wait for ever for a server that took a request and hangs.
        if (!Says("socketTimeoutMS") && !Says("socketTimeout"))
        {
            settings.SocketTimeout = SocketTimeout;
        }

        // Callers wait for a connection however many they are; the driver would refuse the 500th.
#pragma warning disable CS0618 // Obsolete for want of a use in most programs; it is still obeyed.
        settings.WaitQueueSize = Math.Max(settings.WaitQueueSize, WaitingCallers);
#pragma warning restore CS0618

        // The driver shares connections between clients of equal settings, and closing one would close the other's.
        object own = new();
        settings.ClusterConfigurator = _ => GC.KeepAlive(own);
        return settings;
    }

    private static string Canonicalize(MongoUrl url)
    {
        bool isDns = url.Scheme == MongoDB.Driver.Core.Configuration.ConnectionStringScheme.MongoDBPlusSrv;
        var hosts = url.Servers.Select(s => s.ToString()).Select(s => s.EndsWith(":27017", StringComparison.Ordinal) ? s[..^6] : s);
        return $"{(isDns ? DnsScheme : PlainScheme)}{string.Join(',', hosts.Order(StringComparer.Ordinal))}/{url.DatabaseName}";
    }
}
