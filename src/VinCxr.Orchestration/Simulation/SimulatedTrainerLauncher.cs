using System.Threading.Channels;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Orchestration.Simulation;

/// <summary>Runs simulated trainers inside the agent's process.</summary>
public sealed class SimulatedTrainerLauncher(SimulationScript script, TimeProvider time) : ITrainerLauncher
{
    private readonly SimulationScript _script = script.Checked();

    public Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken) =>
        Task.FromResult<ITrainerProcess>(new Running(_script, job, time, onLogLine));

    private sealed class Running : ITrainerProcess
    {
        private readonly Channel<TrainerMessage> _messages = Channel.CreateUnbounded<TrainerMessage>(new UnboundedChannelOptions { SingleReader = true });
        private readonly CancellationTokenSource _stop = new();
        private readonly CancellationTokenSource _kill = new();
        private readonly Task<SimulatedExit> _work;

        public Running(SimulationScript script, TrainerJob job, TimeProvider time, Action<string> log)
        {
            var attempt = new SimulatedAttempt(script, job, time, message => _messages.Writer.TryWrite(message), log);
            _work = Task.Run(() => RunAsync(attempt));
        }

        public async ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken) =>
            await _messages.Reader.WaitToReadAsync(cancellationToken) && _messages.Reader.TryRead(out var message) ? message : null;

        public Task SendAsync(TrainerCommand command) => command == TrainerCommand.Stop ? _stop.CancelAsync() : Task.CompletedTask;

        public async Task<int> ExitCodeAsync() => (await _work).Code;

        public async ValueTask DisposeAsync()
        {
            await _kill.CancelAsync();
            await ((Task)_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
            _kill.Dispose();
        }

        private async Task<SimulatedExit> RunAsync(SimulatedAttempt attempt)
        {
            try
            {
                return await attempt.RunAsync(_stop.Token, _kill.Token);
            }
            finally
            {
                _messages.Writer.TryComplete();
            }
        }
    }
}
