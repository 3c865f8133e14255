using Microsoft.Extensions.Logging;
using Orleans.Storage;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What the scheduler does on its own: remembers, tells what it uses, looks for changed settings and for preemptions.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Use is written this often: so much of it a crash may forget.</summary>
    private const int TicksPerSave = 15;

    private const int TicksPerRefresh = 5;

    private const int SilenceIntervals = 3;

    private readonly Dictionary<string, Task> _remembered = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _saving = new(1, 1);
    private double _reportedUse;
    private long _ticks;
    private bool _isChanged;

    private void Restore()
    {
        _ledger.Restore(_state.State.Users);
        foreach (var (profile, peak) in _state.State.PeakMemoryMb)
        {
            _peakMemory[profile] = peak;
        }

        foreach (string sweep in _state.State.Sweeps)
        {
            _remembered[sweep] = Task.CompletedTask;
            _unheard.Add(sweep);
            GrainFactory.GetGrain<ISweepCoordinationGrain>(sweep).WakeAsync().Forget(_logger, $"waking sweep {sweep}");
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        _ticks++;
        try
        {
            await ReportUseAsync();
            await PreemptAsync();
            if (_ticks % TicksPerRefresh == 0)
            {
                _shards.Keep(_book.Levels.SelectMany(l => l.PreparedIds));
                await RefreshAsync();
                WakeSilent();
            }

            if (_ticks % TicksPerSave == 0)
            {
                await SaveIfChangedAsync();
            }
        }
        catch (InconsistentStateException error)
        {
            // Another activation has taken over.
            LogNotSaved(Name, error.Message);
            DeactivateOnIdle();
        }
        catch (Exception error) when (error is TimeoutException or OrleansException or VinCxrException)
        {
            LogTickFailed(Name, error.Message);
        }
    }

    /// <summary>
    /// Sweeps speak at every reconciliation. One that does not has lost its silo when nothing of it was left to call it, or its timer; its trials, lost with
    /// it perhaps, would hold their places for ever.
    /// </summary>
    private void WakeSilent()
    {
        foreach (var sweep in _book.Sweeps.Where(s => _time.GetElapsedTime(s.HeardAt) > SilenceIntervals * _options.ReconcileInterval))
        {
            sweep.HeardAt = _time.GetTimestamp();
            GrainFactory.GetGrain<ISweepCoordinationGrain>(sweep.Id).WakeAsync().Forget(_logger, $"waking sweep {sweep.Id}");
        }
    }

    private async Task ReportUseAsync()
    {
        double use = _ledger.InUse;
        if (use > 0 || _reportedUse > 0)
        {
            _isChanged = true;
            _reportedUse = use;
            await GrainFactory.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).ReportUseAsync(Name, use);
        }
    }

    /// <summary>Durable before a sweep's first trial starts: after a restart nothing is given before it has said what it uses.</summary>
    private Task RememberSweepAsync(string sweepId)
    {
        if (!_remembered.TryGetValue(sweepId, out var saved) || saved.IsFaulted)
        {
            _remembered[sweepId] = saved = Task.CompletedTask;
            _remembered[sweepId] = saved = SaveAsync();
        }

        return saved;
    }

    private Task SaveIfChangedAsync()
    {
        foreach (string gone in _remembered.Keys.Where(s => _book.Find(s) is null && !_unheard.Contains(s)).ToArray())
        {
            _remembered.Remove(gone);
            _isChanged = true;
        }

        return _isChanged ? SaveAsync() : Task.CompletedTask;
    }

    private async Task SaveAsync()
    {
        await _saving.WaitAsync();
        try
        {
            _isChanged = false;
            await _state.SaveAsync(new SchedulerDocument
            {
                Users = _ledger.Current(),
                PeakMemoryMb = new Dictionary<string, double>(_peakMemory),
                Sweeps = [.. _remembered.Keys.Order(StringComparer.Ordinal)],
            });
        }
        catch
        {
            _isChanged = true;
            throw;
        }
        finally
        {
            _saving.Release();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "queue {Queue} could not save what it remembers: {Error}")]
    private partial void LogNotSaved(string queue, string error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "queue {Queue} could not look after itself, trying again: {Error}")]
    private partial void LogTickFailed(string queue, string error);
}
