using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Server.Security.Authentication;

/// <summary>What a browser holds after a sign-in: never a key, and nothing that scripts or other sites can use.</summary>
internal static class SessionCookie
{
    public const string Name = "vincxr-session";

    /// <summary>After this a browser signs in again.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(8);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Length;
        options.SlidingExpiration = false;
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = ValidateAsync,
            OnRedirectToLogin = redirect => Challenges.ChallengeAsync(redirect.HttpContext),
            OnRedirectToAccessDenied = redirect => Challenges.ForbidAsync(redirect.HttpContext),
        };
    }

    /// <summary>A session ends with the key that it was opened with.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var caller = context.Principal is { } principal ? Caller.Of(principal) : null;
        bool isLive = caller switch
        {
            null => false,
            { KeyId: { } key } => await services.GetRequiredService<ApiKeyCache>().IsLiveAsync(key, context.HttpContext.RequestAborted),
            _ => services.GetRequiredService<TimeProvider>().GetUtcNow() < caller.Until,
        };
        if (isLive)
        {
            context.ReplacePrincipal((caller! with { Address = context.HttpContext.Connection.RemoteIpAddress?.ToString() }).ToPrincipal(Schemes.Session));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Schemes.Session);
    }
}
