namespace VinCxr.Orchestration.Agents;

/// <summary>One node's agent.</summary>
public sealed record AgentOptions
{
    public string NodeName { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>One run of one agent; a name belongs to the agent that has it while it is heard of.</summary>
    public string AgentId { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>Devices, at least 1; several small trials may share one.</summary>
    public int Slots { get; init; } = 1;

    /// <summary><c>cpu</c> or <c>cuda</c>; on <c>cuda</c> each slot sees one GPU.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Memory that trials may use on each device, MiB; null takes what the machine says.</summary>
    public int? SlotMemoryMb { get; init; }

    /// <summary>Node cache of prepared shards, shared by all agents of the machine.</summary>
    public required string CacheDirectory { get; init; }

    public long CacheBytes { get; init; } = 64L << 30;

    /// <summary>Parent of the attempts' work folders, which are deleted when the attempt ends.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>How often a free slot asks for work.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A trainer that makes no progress for this long hangs, however much it writes to its log.</summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time a trainer gets to write its checkpoint when asked to stop.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Log lines kept of one attempt; the rest is counted.</summary>
    public int MaxLogLines { get; init; } = 10_000;

    /// <summary>Cores of the machine for a trial that was given these shares of its devices.</summary>
    public int ThreadsFor(double shares) => Math.Max(1, (int)(Environment.ProcessorCount * shares / Slots));
}
