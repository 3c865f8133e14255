using System.Runtime.CompilerServices;
using System.Security.Claims;
using VinCxr.Contracts.Api;
using VinCxr.Server.Security.Control;

namespace VinCxr.Server.Security;

/// <summary>Gives everybody the control plane that is theirs: REST endpoints and pages of the dashboard take it from here, and nowhere else.</summary>
public sealed class ControlPlanes
{
    private readonly IControlPlane _plane;
    private readonly AccessGate _gate;

    /// <param name="plane">The control plane without any question of who asks.</param>
    internal ControlPlanes(IControlPlane plane, AccessGate gate) => (_plane, _gate) = (plane, gate);

    /// <summary>A control plane on which <paramref name="user"/> can do what the user's role and ownership allow, and no more.</summary>
    public IControlPlane Of(ClaimsPrincipal user) => new AuthorizedControlPlane(_plane, Caller.Of(user), _gate);

    /// <summary>What many share, for one of them: while <paramref name="user"/> still may see it, also when there are no items.</summary>
    /// <param name="operation">Of <see cref="Access"/>.</param>
    /// <exception cref="Core.AccessDeniedException">The user's key or sign-in has ended.</exception>
    internal async IAsyncEnumerable<T> GuardAsync<T>(
        ClaimsPrincipal user, string operation, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = _gate.EndAsync(caller, operation, stop.Token);
        await using var reader = items.GetAsyncEnumerator(stop.Token);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = reader.MoveNextAsync().AsTask();
                await await Task.WhenAny(next, end);
                if (!await next)
                {
                    yield break;
                }

                await _gate.EnsureAsync(caller, operation, cancellationToken);
                yield return reader.Current;
            }
        }
        finally
        {
            // An enumerator that is still looking for its next item cannot be disposed.
            await stop.CancelAsync();
            await Task.WhenAll(end, next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
