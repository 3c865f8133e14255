using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Builds ensembles one after the other on the thread pool; a request that comes meanwhile replaces the one that waits.</summary>
[GrainType("ensembles")]
internal sealed class EnsembleGrain(
    [PersistentState("ensembles")] IPersistentState<EnsembleDocument> state, IStore store, LabelSource labels, TimeProvider time, ILogger<EnsembleGrain> logger)
    : Grain, IEnsembleGrain
{
    private readonly Pace _pace = new(time);
    private EnsembleRequest? _waiting;
    private bool _building;

    public Task<EnsembleRow[]> GetAsync() => Task.FromResult(state.State.Ensembles.ToArray());

    public Task BuildAsync(EnsembleRequest request)
    {
        _waiting = request;
        if (request.Results.AllEnded && _building)
        {
            // Nothing trains any more that the work could be in the way of.
            _pace.Hurry();
        }

        if (!_building)
        {
            _building = true;
            BuildAllAsync().Forget(logger, "building ensembles");
        }

        return Task.CompletedTask;
    }

    private async Task BuildAllAsync()
    {
        try
        {
            while (_waiting is { } request)
            {
                _waiting = null;
                long started = time.GetTimestamp();
                if (state.State.Fingerprint != request.Fingerprint || state.State.Error is not null)
                {
                    await state.SaveAsync(await BuildOneAsync(request));
                }

                await GrainFactory.GetGrain<ILeaderboardUpdateGrain>(this.GetPrimaryKeyString())
                    .EnsemblesBuiltAsync(new EnsembleReport(request.Fingerprint, [.. state.State.Ensembles], state.State.Error));
                await _pace.PauseAsync(started);
            }
        }
        finally
        {
            _building = false;
        }
    }

    private async Task<EnsembleDocument> BuildOneAsync(EnsembleRequest request)
    {
        try
        {
            var rows = await Task.Run(async () => await EnsembleBuilder.BuildAsync(await OutOfFold.LoadAsync(store, labels, request.Results), request));
            return new EnsembleDocument { Fingerprint = request.Fingerprint, Ensembles = rows };
        }
        catch (Exception error)
        {
            // Whatever went wrong, the sweep must be able to end; the reason goes to its decision log.
            return new EnsembleDocument { Fingerprint = request.Fingerprint, Error = error.Message };
        }
    }
}
