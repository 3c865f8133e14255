using System.Text.Json;
using VinCxr.Server.Hosting.Clustering;

namespace VinCxr.Server.Hosting;

/// <summary>How to reach the process, or with a shared membership table the silos, that hold a store's seat.</summary>
/// <param name="Kind"><c>serve</c>, or <c>embedded</c> for a command that hosts the grains itself while it runs.</param>
/// <param name="Urls">Addresses of the web server; empty when embedded.</param>
/// <param name="SiloPort">Port on which other silos join; 0 from versions that took none.</param>
/// <param name="Host">Machine it runs on; null from versions that did not say.</param>
/// <param name="Clustering">
/// Where the silos find each other, without credentials; then they hold the seat together, and process and ports are those of one among them. Null for
/// silos of one machine led by this process.
/// </param>
public sealed record ServerRecord(
    int Pid, int GatewayPort, string ClusterId, string ServiceId, string Kind, bool HasAgent, IReadOnlyList<string> Urls, int SiloPort = 0, string? Host = null,
    string? Clustering = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal ClusterIdentity Identity => new(ClusterId, ServiceId);

    /// <summary>True when it lives long enough to be worth connecting to; other commands end within moments.</summary>
    public bool IsLasting => Kind == "serve" || HasAgent;

    /// <summary>True when this machine's loopback leads to it.</summary>
    public bool IsNear => Clustering is not null || Host is null || Host == Environment.MachineName;

    public static ServerRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerRecord>(File.ReadAllText(path), Json);
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file as a whole: a reader sees the old record or the new one.</summary>
    public void Write(string path)
    {
        string draft = $"{path}.{Pid}.tmp";
        File.WriteAllText(draft, JsonSerializer.Serialize(this, Json));
        File.Move(draft, path, overwrite: true);
    }
}
