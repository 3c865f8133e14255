using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>Starts trainers. The default starts processes; tests script them.</summary>
public interface ITrainerLauncher
{
    /// <param name="job">Written to its work directory by the launcher.</param>
    /// <param name="slot">The first of the job's devices.</param>
    /// <param name="onLogLine">Called for each line the trainer logs, on any thread.</param>
    /// <exception cref="VinCxr.Core.TrainingException">The trainer cannot be started.</exception>
    Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken);
}

/// <summary>A running trainer. Disposing it ends it at once if it still runs.</summary>
public interface ITrainerProcess : IAsyncDisposable
{
    /// <returns>The next message, or null when the trainer ended.</returns>
    ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a checkpoint and a clean end; a trainer that is gone already is no error.</summary>
    Task SendAsync(TrainerCommand command);

    /// <summary>Exit code, after the last message was read.</summary>
    Task<int> ExitCodeAsync();
}
