using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>Listens to one trainer until it ends, hangs, or has been asked to stop for too long.</summary>
internal sealed class TrainerConversation(ITrainerProcess process, AttemptOutbox outbox, AgentOptions options, TimeProvider time)
{
    private TrainerProgress? _progress;
    private long _since;

    /// <summary>Passes messages on until the last one.</summary>
    /// <param name="asked">Cancelled when a checkpoint and a clean end are wanted.</param>
    /// <returns>How it ended; a trainer that ends without a word has failed, or has stopped when it was asked to.</returns>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<TrainerMessage> FollowAsync(string trialId, CancellationToken asked, CancellationToken gone)
    {
        bool isStopping = false;
        _since = time.GetTimestamp();
        while (true)
        {
            var patience = (isStopping ? options.StopGrace : options.HangTimeout) - time.GetElapsedTime(_since);
            using var silence = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(gone, outbox.Broken, silence.Token, isStopping ? CancellationToken.None : asked);
            try
            {
                var message = await process.ReadAsync(wait.Token);
                if (message is null)
                {
                    return isStopping ? new TrainerStopped(0, null) : await DescribeEndAsync(trialId, gone);
                }

                if (message is TrainerFinished or TrainerStopped or TrainerFailed)
                {
                    return message;
                }

                Take(message, isStopping);
            }
            catch (OperationCanceledException) when (!gone.IsCancellationRequested)
            {
                if (outbox.Broken.IsCancellationRequested)
                {
                    await outbox.DrainAsync();
                }

                if (isStopping)
                {
                    return new TrainerStopped(0, null);
                }

                if (!asked.IsCancellationRequested && outbox.HoldsCheckpoint)
                {
                    // It does not hang: it may not go on before its checkpoint is stored.
                    _since = time.GetTimestamp();
                    continue;
                }

                if (!asked.IsCancellationRequested)
                {
                    return new TrainerFailed("error", $"the trainer made no progress for {options.HangTimeout.TotalMinutes:0.#} minutes and was ended");
                }

                isStopping = true;
                _since = time.GetTimestamp();
                await process.SendAsync(TrainerCommand.Stop);
            }
        }
    }

    private void Take(TrainerMessage message, bool isStopping)
    {
        bool repeats = message is TrainerProgress progress && _progress is { } before
            && (progress.Epoch, progress.Step, progress.Validated) == (before.Epoch, before.Step, before.Validated);
        _progress = message as TrainerProgress ?? _progress;
        if (!repeats && !isStopping)
        {
            _since = time.GetTimestamp();
        }

        if (message is not TrainerProgress)
        {
            outbox.Post(message);
        }
    }

    private async Task<TrainerFailed> DescribeEndAsync(string trialId, CancellationToken gone)
    {
        int code = await process.ExitCodeAsync().WaitAsync(options.StopGrace, time, gone);
        return new TrainerFailed("error", $"the trainer {ExitCodes.Describe(code)} without a result; see 'vincxr trial logs {trialId}'");
    }
}
