using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Security;
using VinCxr.Server.Uploads;
using VinCxr.Server.Webhooks;

namespace VinCxr.Server.Hosting;

/// <summary>What <c>vincxr serve</c> is told.</summary>
public sealed record ServeOptions
{
    /// <summary>Store URI; created when there is none.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// <c>all</c> (an agent and grains), <c>control</c> (grains, no agent) or <c>gpu</c> (an agent; holds grains only when no other silo is there). With
    /// <see cref="Clustering"/> on localhost, <c>control</c> is a store's first process only and <c>gpu</c> joins one that serves already.
    /// </summary>
    public string Role { get; init; } = "all";

    /// <summary>Addresses of the web server, separated by semicolons; port 0 takes a free one, so that several silos of one machine do not meet.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary><c>localhost</c>: silos of one machine, led by the first; <c>redis://host:port[/db]</c> or <c>azure</c>: any number, none leads.</summary>
    public string Clustering { get; init; } = "localhost";

    /// <summary>Host name or address of this machine by which other silos reach it; null is the address that leads to the membership table.</summary>
    public string? Advertise { get; init; }

    /// <summary>Port of silos' calls; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>Port of commands' calls; 0 takes a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Time to end in order when told to: trainers write checkpoints, leases are handed back, the silo leaves.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Settings of the agent, for roles that have one.</summary>
    public AgentSettings Agent { get; init; } = new();

    /// <summary>Time after which a silent agent's work goes to another.</summary>
    public TimeSpan LeaseTtl { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a trial waits for a free node that holds its images before another node fetches them.</summary>
    public TimeSpan PlacementWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for a process to join, or for a command that holds the store to end.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Who is let in, and how much they may ask.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Certificates with which silos know each other; none leaves their traffic open.</summary>
    public SiloTlsOptions SiloTls { get; init; } = new();

    /// <summary>Who is told of sweeps that ended.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>How much people may send to be ingested.</summary>
    public UploadOptions Uploads { get; init; } = new();

    public bool HasAgent => Role is "all" or "gpu";
}

/// <summary>An agent as people configure it; what is null follows from the store and the machine.</summary>
public sealed record AgentSettings
{
    /// <summary>One run of one agent, however many silos of its process follow each other: a fresh one has the node's name at once.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    public string? NodeName { get; init; }

    /// <summary><see cref="NodeName"/>, or the machine's.</summary>
    public string Name => NodeName ?? Environment.MachineName.ToLowerInvariant();

    /// <summary>Trials at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Cache of prepared images; null puts it beside a <c>file://</c> store, or under the user's cache folder.</summary>
    public string? CacheDirectory { get; init; }

    public long CacheBytes { get; init; } = 64L << 30;

    /// <summary>Program and arguments that start a trainer; null is this program.</summary>
    public IReadOnlyList<string>? TrainerCommand { get; init; }

    /// <summary>A trainer that makes no progress for this long is ended.</summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Memory that trials may use on each device, MiB; null takes what the machine says.</summary>
    public int? SlotMemoryMb { get; init; }
}
