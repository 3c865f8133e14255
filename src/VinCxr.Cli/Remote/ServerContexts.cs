using System.Text.Json;
using VinCxr.Cli.Files;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Cli.Remote;

/// <summary>Servers somebody has logged in to, with their keys: a file of the user's own that nobody else may read.</summary>
/// <param name="Current">Address of the server that commands go to, or null.</param>
/// <param name="Servers">By address.</param>
internal sealed record ServerContexts(string? Current, IReadOnlyDictionary<string, ServerContext> Servers)
{
    /// <summary>Names another file.</summary>
    public const string Variable = "VINCXR_CONTEXT";

    private static readonly JsonSerializerOptions Json = new(ApiJson.Options) { WriteIndented = true };

    public static ServerContexts Empty { get; } = new(null, new Dictionary<string, ServerContext>());

    public static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? given
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "vincxr", "contexts.json");

    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static ServerContexts Read()
    {
        try
        {
            return File.Exists(Path) ? JsonSerializer.Deserialize<ServerContexts>(File.ReadAllText(Path), Json) ?? Empty : Empty;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{Path}' cannot be read ({error.Message}); remove it and run 'vincxr login' again", error);
        }
    }

    public ServerContexts With(string address, ServerContext context) =>
        new(address, Servers.Where(s => s.Key != address).Append(KeyValuePair.Create(address, context)).ToDictionary());

    /// <summary>Without one server; when it was the current one, commands go to the store again.</summary>
    public ServerContexts Without(string address) => new(Current == address ? null : Current, Servers.Where(s => s.Key != address).ToDictionary());

    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public Task WriteAsync(CancellationToken cancellationToken) =>
        AtomicFile.WritePrivateAsync(Path, file => JsonSerializer.SerializeAsync(file, this, Json, cancellationToken), cancellationToken);
}

/// <param name="Key">API key or token, or null for a server that asks for none.</param>
internal sealed record ServerContext(string? Key);
