namespace VinCxr.Core.Simulation;

/// <summary>What happens in a simulated attempt.</summary>
/// <param name="At">Time since the attempt began.</param>
public abstract record SimulatedEvent(TimeSpan At);

/// <param name="StartEpoch">Epochs that the attempt need not train.</param>
public sealed record AttemptBegun(TimeSpan At, int StartEpoch) : SimulatedEvent(At);

/// <param name="Epoch">Epochs completed, 1-based.</param>
/// <param name="Values">As the real trainer names them: <c>loss, map40, lr, memory_mb, epoch_seconds</c>.</param>
public sealed record EpochTrained(TimeSpan At, int Epoch, long Step, IReadOnlyDictionary<string, double> Values) : SimulatedEvent(At);

/// <param name="Epoch">Epochs contained in the checkpoint.</param>
/// <param name="IsBest">True when no earlier epoch of the trial scored as high, whatever attempt trained it.</param>
public sealed record CheckpointDue(TimeSpan At, int Epoch, bool IsBest) : SimulatedEvent(At);

public sealed record LineLogged(TimeSpan At, string Text) : SimulatedEvent(At);

/// <summary>Trained all epochs; the last event.</summary>
public sealed record TrialFinished(TimeSpan At, int Epoch) : SimulatedEvent(At);

/// <summary>Ended with an error that the trainer reports; the last event.</summary>
/// <param name="Kind"><c>oom</c> or <c>nan</c>, as in <see cref="Trials.TrainerFailed"/>.</param>
public sealed record AttemptFailed(TimeSpan At, string Kind, string Message) : SimulatedEvent(At);

/// <summary>The process dies without a word; the last event.</summary>
/// <param name="Signal">Null when it exits by itself.</param>
public sealed record ProcessDied(TimeSpan At, int ExitCode, int? Signal) : SimulatedEvent(At);

/// <summary>Silence from here on, until someone ends the process; the last event.</summary>
public sealed record WentSilent(TimeSpan At) : SimulatedEvent(At);
