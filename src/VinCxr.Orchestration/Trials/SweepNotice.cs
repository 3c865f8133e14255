namespace VinCxr.Orchestration.Trials;

/// <summary>Tells somebody of changes, one telling at a time: what changes meanwhile is told at once afterwards, as it is by then.</summary>
/// <remarks>Runs on the scheduler of the activation that owns it; not thread-safe.</remarks>
internal sealed class SweepNotice(Func<Task> tell, Action told)
{
    private bool _again;
    private bool _telling;

    /// <returns>The telling, which may be of earlier changes as well.</returns>
    public Task ChangedAsync()
    {
        _again = true;
        return _telling ? Task.CompletedTask : TellAsync();
    }

    private async Task TellAsync()
    {
        _telling = true;
        try
        {
            while (_again)
            {
                _again = false;
                await tell();
            }
        }
        finally
        {
            _telling = false;
        }

        told();
    }
}
