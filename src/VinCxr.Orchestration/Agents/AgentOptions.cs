namespace VinCxr.Orchestration.Agents;

/// <summary>One node's agent.</summary>
public sealed record AgentOptions
{
    public string NodeName { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Trials at once, at least 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary><c>cpu</c> or <c>cuda</c>; on <c>cuda</c> each slot sees one GPU.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Node cache of prepared shards, shared by all agents of the machine.</summary>
    public required string CacheDirectory { get; init; }

    public long CacheBytes { get; init; } = 64L << 30;

    /// <summary>Parent of the attempts' work folders, which are deleted when the attempt ends.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>How often a free slot asks for work.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A trainer that says nothing for this long hangs.</summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time a trainer gets to write its checkpoint when asked to stop.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Log lines kept of one attempt; the rest is counted.</summary>
    public int MaxLogLines { get; init; } = 10_000;

    /// <summary>Cores of the machine shared out over the slots.</summary>
    public int ThreadsPerTrial => Math.Max(1, Environment.ProcessorCount / Slots);
}
