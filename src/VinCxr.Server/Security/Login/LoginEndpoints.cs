using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Authentication;

namespace VinCxr.Server.Security.Login;

/// <summary>How browsers sign in and out.</summary>
internal static class LoginEndpoints
{
    public const string Path = "/login";
    public const string OidcPath = "/login/oidc";
    public const string LogoutPath = "/logout";

    private const string DonePath = "/login/done";
    private const string Operation = "Login";

    public static void Map(IEndpointRouteBuilder endpoints, bool hasOidc)
    {
        endpoints.MapGet(Path, (HttpContext context) => ShowAsync(context, context.Request.Query["to"], null, StatusCodes.Status200OK)).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(Path, SignInAsync).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet(LogoutPath, LoginPage.SignOut).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(LogoutPath, SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        if (hasOidc)
        {
            endpoints.MapGet(OidcPath, SignInElsewhereAsync).AllowAnonymous().ExcludeFromDescription();
            endpoints.MapGet(DonePath, (HttpContext context) => LoginPage.GoOn(LocalPaths.Of(context.Request.Query["to"]))).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>Writes the page with the form.</summary>
    public static Task ShowAsync(HttpContext context, string? to, string? error, int status)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        bool hasOidc = context.RequestServices.GetRequiredService<SecurityOptions>().Oidc?.ClientId is not null;
        return LoginPage.SignIn((tokens.FormFieldName, tokens.RequestToken!), LocalPaths.Of(to), error, hasOidc, status).ExecuteAsync(context);
    }

    private static async Task SignInAsync(HttpContext context, IAntiforgery antiforgery, ApiKeyAuthenticator keys, AuditLog audit)
    {
        if (!context.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(context))
        {
            await ShowAsync(context, null, "this form was not ours or is too old; try again", StatusCodes.Status400BadRequest);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        string? to = form["to"];
        var verdict = await keys.CheckAsync(form["key"].ToString().Trim(), context.Connection.RemoteIpAddress, context.RequestAborted);
        if (verdict.Caller is { } caller)
        {
            await context.SignInAsync(Schemes.Session, caller.ToPrincipal(Schemes.Session));
            await audit.TryAppendAsync(caller, Operation, "key", AuditOutcome.Done);
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = LocalPaths.Of(to);
            return;
        }

        // Beyond the limit attempts are not written down one by one: they must not fill the store.
        if (!verdict.IsThrottled)
        {
            await audit.TryAppendAsync(context.Connection.RemoteIpAddress, Operation, "key", AuditOutcome.Denied);
        }

        await ShowAsync(context, to, verdict.Problem, verdict.IsThrottled ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized);
    }

    private static async Task SignInElsewhereAsync(HttpContext context)
    {
        string to = LocalPaths.Of(context.Request.Query["to"]);
        try
        {
            await context.ChallengeAsync(Schemes.Oidc, new AuthenticationProperties { RedirectUri = $"{DonePath}?to={Uri.EscapeDataString(to)}" });
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException && !context.Response.HasStarted)
        {
            // Its discovery document could not be read.
            await ShowAsync(context, to, "the identity provider does not answer; try again later", StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Without a token of a form: the check of the caller's site suffices, and dashboards may post from anywhere on this one.</summary>
    private static async Task SignOutAsync(HttpContext context, AuditLog audit)
    {
        if (Caller.Of(context.User) is { } caller)
        {
            await audit.TryAppendAsync(caller, "Logout", null, AuditOutcome.Done);
        }

        await context.SignOutAsync(Schemes.Session);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Path;
    }
}
