namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>Whether the cluster still counts on this silo. Declared dead, it never is again: its process starts a fresh one.</summary>
public sealed class SiloFate : IDisposable
{
    private readonly CancellationTokenSource _dead = new();
    private string? _reason;

    /// <summary>Cancelled once, when the silo has no say any more.</summary>
    public CancellationToken Dead => _dead.Token;

    /// <summary>Why, in words for people; null while alive.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>The first reason stays.</summary>
    public void Declare(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            // Those who listen end trainers; the caller is a membership thread.
            _ = _dead.CancelAsync();
        }
    }

    public void Dispose() => _dead.Dispose();
}
