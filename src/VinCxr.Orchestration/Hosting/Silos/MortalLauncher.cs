using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>Ends every trainer the moment its silo is declared dead, without asking for a checkpoint that nobody may commit.</summary>
internal sealed class MortalLauncher(ITrainerLauncher inner, SiloFate fate) : ITrainerLauncher
{
    public async Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken) =>
        fate.Reason is { } reason
            ? throw new ConflictException($"this silo is out: {reason}")
            : new Mortal(await inner.LaunchAsync(job, slot, onLogLine, cancellationToken), fate.Dead);

    private sealed class Mortal : ITrainerProcess
    {
        private readonly ITrainerProcess _inner;
        private readonly CancellationTokenRegistration _onDeath;
        private readonly Lazy<Task> _end;

        public Mortal(ITrainerProcess inner, CancellationToken dead)
        {
            _inner = inner;
            _end = new Lazy<Task>(() => _inner.DisposeAsync().AsTask());
            _onDeath = dead.Register(() => _ = _end.Value);
        }

        public ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken) => _inner.ReadAsync(cancellationToken);

        public Task SendAsync(TrainerCommand command) => _inner.SendAsync(command);

        public Task<int> ExitCodeAsync() => _inner.ExitCodeAsync();

        public async ValueTask DisposeAsync()
        {
            await _onDeath.DisposeAsync();
            await _end.Value;
        }
    }
}
