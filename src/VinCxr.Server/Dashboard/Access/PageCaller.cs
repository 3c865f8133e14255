using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.Authorization;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Security;

namespace VinCxr.Server.Dashboard.Access;

/// <summary>Whoever looks at a page, and the control plane that is theirs: the only way from a page to the cluster.</summary>
internal sealed class PageCaller(AuthenticationStateProvider authentication, ControlPlanes planes)
{
    /// <summary>Asked anew for each use: a revoked key ends what an open page can do.</summary>
    public async ValueTask<IControlPlane> GetPlaneAsync() => planes.Of((await authentication.GetAuthenticationStateAsync()).User);

    /// <returns>The caller, or null when nobody is signed in.</returns>
    public async ValueTask<Caller?> GetCallerAsync() => Caller.Of((await authentication.GetAuthenticationStateAsync()).User);

    /// <inheritdoc cref="ControlPlanes.GuardAsync"/>
    public async IAsyncEnumerable<T> GuardAsync<T>(string operation, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        await foreach (var item in planes.GuardAsync(user, operation, items, cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>Whether to offer what the control plane would refuse otherwise: it decides, this only hides buttons.</summary>
    public async ValueTask<bool> MaySteerAsync(SweepSummary sweep) =>
        await GetCallerAsync() is { } caller && (caller.Role >= Role.Operator || (caller.Role >= Role.Submitter && caller.User == sweep.User));
}
