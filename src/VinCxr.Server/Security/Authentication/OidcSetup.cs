using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using VinCxr.Core;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Login;

namespace VinCxr.Server.Security.Authentication;

/// <summary>Trust in an OpenID Connect provider: its access tokens for programs, its sign-in for browsers.</summary>
internal static partial class OidcSetup
{
    private const int LongestReason = 300;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Asymmetric only: with HMAC whoever can check a token can also make one, and <c>none</c> is no signature.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddTokens(AuthenticationBuilder builder, OidcOptions oidc) => builder.AddJwtBearer(Schemes.Token, options =>
    {
        options.Authority = oidc.Authority;
        options.Audience = oidc.Audience ?? oidc.ClientId;
        options.RequireHttpsMetadata = !new Uri(oidc.Authority).IsLoopback;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.TokenValidationParameters.ClockSkew = ClockSkew;
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                try
                {
                    var until = new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero) + ClockSkew;
                    context.Principal = TokenCaller.Read(context.Principal!, oidc, Address(context.HttpContext), until).ToPrincipal(Schemes.Token);
                }
                catch (AccessDeniedException error)
                {
                    context.Fail(error);
                }

                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                // Without it a provider that cannot be reached would be an error of ours; it is logged, and nobody is let in.
                Refused(Logger(context.HttpContext), SafeNames.Shown(context.Exception.Message, LongestReason));
                context.Fail(context.Exception);
                return Task.CompletedTask;
            },
            OnChallenge = context =>
            {
                context.HandleResponse();
                context.Response.Headers.WWWAuthenticate = "Bearer";
                string reason = context.AuthenticateFailure switch
                {
                    AccessDeniedException denied => denied.Message,
                    SecurityTokenExpiredException => "the token has expired",
                    SecurityTokenInvalidAudienceException => "the token is for another audience",
                    _ => "the token is not one that this server trusts",
                };
                return Problems.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, reason);
            },
            OnForbidden = context => Challenges.ForbidAsync(context.HttpContext),
        };
    });

    public static void AddSignIn(AuthenticationBuilder builder, OidcOptions oidc) => builder.AddOpenIdConnect(Schemes.Oidc, options =>
    {
        options.SignInScheme = Schemes.Session;
        options.Authority = oidc.Authority;
        options.ClientId = oidc.ClientId;
        options.ClientSecret = Environment.GetEnvironmentVariable(OidcOptions.SecretVariable);
        options.RequireHttpsMetadata = !new Uri(oidc.Authority).IsLoopback;
        options.MapInboundClaims = false;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // The answer comes as a GET, so that no other site has to be let post to this one.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.TokenValidationParameters.ClockSkew = ClockSkew;
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        options.Events = new OpenIdConnectEvents
        {
            OnTokenValidated = context =>
            {
                try
                {
                    var until = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() + SessionCookie.Length;
                    context.Principal = TokenCaller.Read(context.Principal!, oidc, Address(context.HttpContext), until).ToPrincipal(Schemes.Session);
                }
                catch (AccessDeniedException error)
                {
                    context.Fail(error);
                }

                return Task.CompletedTask;
            },
            OnTicketReceived = context => Audit(context.HttpContext).TryAppendAsync(Caller.Of(context.Principal!), "Login", "oidc", AuditOutcome.Done),
            OnRemoteFailure = async context =>
            {
                context.HandleResponse();
                bool isKnown = context.Failure is AccessDeniedException;
                Refused(Logger(context.HttpContext), SafeNames.Shown(context.Failure?.Message, LongestReason));
                await Audit(context.HttpContext).TryAppendAsync(context.HttpContext.Connection.RemoteIpAddress, "Login", "oidc", isKnown ? AuditOutcome.Denied : AuditOutcome.Failed);
                await LoginEndpoints.ShowAsync(
                    context.HttpContext, null, isKnown ? context.Failure!.Message : "the sign-in at the identity provider did not work; try again", StatusCodes.Status401Unauthorized);
            },
        };
    });

    private static string? Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();

    private static AuditLog Audit(HttpContext context) => context.RequestServices.GetRequiredService<AuditLog>();

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("VinCxr.Server.Security.Oidc");

    [LoggerMessage(EventId = 452, Level = LogLevel.Warning, Message = "A token of the identity provider was refused: {Reason}")]
    private static partial void Refused(ILogger logger, string reason);
}
