using VinCxr.Core;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Server.Security.Control;

/// <summary>Decides about single calls: a page or a stream that was opened long ago must end with its caller's key.</summary>
internal sealed class AccessGate(AuditLog audit, ApiKeyCache keys, TimeProvider clock)
{
    /// <summary>How long what is open may go on after its caller's key has ended.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    public AuditLog Audit => audit;

    /// <summary>Lets a caller pass who still is one and whose role suffices; who owns what is asked elsewhere.</summary>
    /// <returns>The caller.</returns>
    /// <exception cref="AccessDeniedException">The caller may not.</exception>
    public async ValueTask<Caller> EnsureAsync(Caller? caller, string operation, CancellationToken cancellationToken)
    {
        if (caller is null)
        {
            throw new AccessDeniedException("nobody is signed in; sign in or give a key");
        }

        if (caller.Until <= clock.GetUtcNow())
        {
            throw new AccessDeniedException($"the sign-in of '{caller.User}' has ended; sign in again");
        }

        if (caller.KeyId is { } id && !await keys.IsLiveAsync(id, cancellationToken))
        {
            throw new AccessDeniedException($"key {id} was revoked or has expired");
        }

        var rule = Access.Rules[operation];
        return caller.Role >= rule.Minimum
            ? caller
            : throw new AccessDeniedException($"{NameOf(operation)} takes the role {Roles.NameOf(rule.Minimum)}; '{caller.User}' is {Roles.NameOf(caller.Role)}");
    }

    /// <summary>Ends only by throwing, soon after the caller may not any more: a stream without news must end with its caller's key, too.</summary>
    /// <exception cref="AccessDeniedException">The caller may not any more.</exception>
    public async Task EndAsync(Caller? caller, string operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LookInterval, clock, cancellationToken);
            try
            {
                await EnsureAsync(caller, operation, cancellationToken);
            }
            catch (StoreException)
            {
                // Nothing is told while nobody can say whether the caller may be told.
            }
        }
    }

    /// <param name="what">Such as <c>sweep 'lr-1a2b'</c>.</param>
    /// <exception cref="AccessDeniedException">It is somebody else's and the caller no operator.</exception>
    public static void EnsureOwner(Caller caller, string operation, string what, string? owner)
    {
        if (Access.Rules[operation].OfOwner && caller.Role < Role.Operator && caller.User != owner)
        {
            throw new AccessDeniedException(
                $"{what} is {(owner is null ? "nobody's" : $"of '{owner}'")}; {NameOf(operation)} is for its owner and for operators, '{caller.User}' is {Roles.NameOf(caller.Role)}");
        }
    }

    /// <summary>The operation in the audit log, such as <c>SteerSweep</c>.</summary>
    public static string NameOf(string operation) => operation.EndsWith("Async", StringComparison.Ordinal) ? operation[..^"Async".Length] : operation;
}
