using Microsoft.AspNetCore.Builder;

namespace VinCxr.Server.Api.Endpoints;

internal static class RoleExtensions
{
    /// <summary>Refuses callers below a role before their request is read; what is theirs is checked by the control plane itself.</summary>
    /// <param name="policy">One of <see cref="Security.Policies"/>.</param>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, string policy)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(policy);
}
