namespace VinCxr.Orchestration.Agents;

/// <summary>Whether the node is to give its work back. Turned by the agent's loop; its token may be read on any thread.</summary>
internal sealed class DrainSwitch : IDisposable
{
    private CancellationTokenSource _source = new();

    public bool IsOn => _source.IsCancellationRequested;

    /// <summary>Cancelled while the node drains.</summary>
    public CancellationToken Token => _source.Token;

    /// <returns>True when this changed something.</returns>
    public async Task<bool> TurnAsync(bool drain)
    {
        if (drain == IsOn)
        {
            return false;
        }

        if (drain)
        {
            await _source.CancelAsync();
        }
        else
        {
            // Work that was told to go holds the old token and goes.
            _source = new CancellationTokenSource();
        }

        return true;
    }

    public void Dispose() => _source.Dispose();
}
