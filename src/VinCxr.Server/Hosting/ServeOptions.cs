namespace VinCxr.Server.Hosting;

/// <summary>What <c>vincxr serve</c> is told.</summary>
public sealed record ServeOptions
{
    /// <summary>Store URI; created when there is none.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// <c>all</c> (an agent; the store's first process or one more), <c>control</c> (no agent; the first only) or <c>gpu</c> (an agent; joins a
    /// process that serves already).
    /// </summary>
    public string Role { get; init; } = "all";

    /// <summary>Addresses of the web server, separated by semicolons; port 0 takes a free one, so that several silos of one machine do not meet.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary><c>localhost</c>: silos of one machine.</summary>
    public string Clustering { get; init; } = "localhost";

    /// <summary>Settings of the agent, for roles that have one.</summary>
    public AgentSettings Agent { get; init; } = new();

    /// <summary>Time after which a silent agent's work goes to another.</summary>
    public TimeSpan LeaseTtl { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a trial waits for a free node that holds its images before another node fetches them.</summary>
    public TimeSpan PlacementWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for a process to join, or for a command that holds the store to end.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public bool HasAgent => Role is "all" or "gpu";
}

/// <summary>An agent as people configure it; what is null follows from the store and the machine.</summary>
public sealed record AgentSettings
{
    public string? NodeName { get; init; }

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
