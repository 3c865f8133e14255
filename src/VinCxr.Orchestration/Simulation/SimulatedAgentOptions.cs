namespace VinCxr.Orchestration.Simulation;

/// <summary>One simulated node.</summary>
public sealed record SimulatedAgentOptions
{
    public required string NodeName { get; init; }

    /// <summary>Trials at once.</summary>
    public int Slots { get; init; } = 100;

    /// <summary>Leases asked for at once while there is work.</summary>
    public int Asks { get; init; } = 16;

    /// <summary>How long it waits after there was no work.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A simulated trainer that says nothing for this long hangs.</summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Also commits the checkpoints of the script. They are pointers only: nothing is stored under their ids.</summary>
    public bool CommitsCheckpoints { get; init; }

    /// <summary>Called after each attempt whose end was acknowledged, on any thread, with the time from asking for its lease.</summary>
    public Action<TimeSpan>? Ended { get; init; }

    /// <summary>Called after each metric that was acknowledged, on any thread, with the time that took.</summary>
    public Action<TimeSpan>? Reported { get; init; }
}
