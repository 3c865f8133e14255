using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Security.Authentication;

/// <summary><c>Authorization: Bearer vcx_ID_SECRET</c>.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyAuthenticator keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const int RetrySeconds = 60;

    private KeyVerdict? _verdict;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count == 0)
        {
            return AuthenticateResult.NoResult();
        }

        _verdict = await keys.CheckAsync(Schemes.TokenOf(Request), Context.Connection.RemoteIpAddress, Context.RequestAborted);
        return _verdict.Caller is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail(_verdict.Problem);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        if (_verdict is { IsThrottled: true } throttled)
        {
            Response.Headers.RetryAfter = $"{RetrySeconds}";
            await Problems.WriteAsync(Context, StatusCodes.Status429TooManyRequests, throttled.Problem);
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        await Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, _verdict?.Problem ?? Challenges.NoCredentials);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Challenges.ForbidAsync(Context);
}
