using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VinCxr.Contracts.Api;
using VinCxr.Data.Stores;
using VinCxr.Server.Api;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Authentication;
using VinCxr.Server.Security.Control;
using VinCxr.Server.Security.Hardening;
using VinCxr.Server.Security.Keys;
using VinCxr.Server.Security.Login;

namespace VinCxr.Server.Security;

/// <summary>Puts who is asking, and what they may, before everything that a server answers.</summary>
public static class SecurityExtensions
{
    /// <summary>Services; the store is registered already.</summary>
    /// <exception cref="VinCxr.Core.InvalidInputException">The certificate cannot be used.</exception>
    public static void AddVinCxrSecurity(this WebApplicationBuilder builder, ServeOptions options)
    {
        AddVinCxrSecurity(builder, options, services => services.GetRequiredService<GrainControlPlane>());
    }

    /// <param name="plane">The control plane without any question of who asks; never a service of its own, so that nobody takes it by mistake.</param>
    internal static void AddVinCxrSecurity(WebApplicationBuilder builder, ServeOptions options, Func<IServiceProvider, IControlPlane> plane)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Security);
        services.AddSingleton(s => new AuditLog(s.GetRequiredService<IStore>().Logs, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<IApiKeyStore>(s => new DocumentApiKeyStore(s.GetRequiredService<IStore>().Documents, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ApiKeyCache>();
        services.AddSingleton<KeyAdministration>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton(s => new ControlPlanes(plane(s), s.GetRequiredService<AccessGate>()));
        services.AddSingleton(new FailedLogins(options.Security.Limits));
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options.Security.Limits));
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(180));
        AddCookieKeys(builder);
        AddAuthentication(services, options.Security);
        services.AddAuthorization(AddPolicies);
        ConfigureKestrel(builder, options.Security);
    }

    /// <summary>Middleware and the pages to sign in; before everything else that answers.</summary>
    public static void UseVinCxrSecurity(this WebApplication app, ServeOptions options)
    {
        var security = options.Security;
        app.Use((context, next) => SecurityHeaders.InvokeAsync(context, next));
        if (security.Auth == AuthMode.None)
        {
            var hosts = new HostCheck(options);
            app.Use((context, next) => hosts.InvokeAsync(context, next));
        }
        else if (SecurityOptionsValidator.Addresses(options).Any(a => a.Scheme == Uri.UriSchemeHttp && !Loopback.IsLocal(a)))
        {
            SecurityLog.Unencrypted(app.Logger, options.Urls);
        }

        if (security.Proxies.Count > 0)
        {
            app.UseForwardedHeaders(Forwarded(security.Proxies));
        }

        if (security.TlsCertificate is not null || security.Proxies.Count > 0)
        {
            // Says something over https only.
            app.UseHsts();
        }

        app.Use((context, next) => CrossSiteCheck.InvokeAsync(context, next));
        app.Use((context, next) => BodyLimit.InvokeAsync(context, next));
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        if (security.Auth == AuthMode.Keys)
        {
            LoginEndpoints.Map(app, security.Oidc?.ClientId is not null);
        }
    }

    private static void AddAuthentication(IServiceCollection services, SecurityOptions security)
    {
        if (security.Auth == AuthMode.None)
        {
            services.AddAuthentication(Schemes.Local).AddScheme<AuthenticationSchemeOptions, LocalHandler>(Schemes.Local, null);
            return;
        }

        bool hasTokens = security.Oidc is not null;
        var authentication = services.AddAuthentication(Schemes.Any)
            .AddPolicyScheme(Schemes.Any, null, o => o.ForwardDefaultSelector = context => Schemes.Choose(context.Request, hasTokens))
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Schemes.Key, null)
            .AddCookie(Schemes.Session, SessionCookie.Configure);
        if (security.Oidc is { } oidc)
        {
            OidcSetup.AddTokens(authentication, oidc);
            if (oidc.ClientId is not null)
            {
                OidcSetup.AddSignIn(authentication, oidc);
            }
        }
    }

    /// <summary>What states no policy takes the least role: forgetting one shows nothing to strangers.</summary>
    private static void AddPolicies(AuthorizationOptions authorization)
    {
        foreach (string name in Roles.Names)
        {
            var least = Roles.Parse(name);
            authorization.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User)?.Role >= least));
        }

        authorization.AddPolicy(Policies.Patients, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.Of(c.User)?.Patients == true));
        authorization.DefaultPolicy = authorization.GetPolicy(Policies.Viewer)!;
        authorization.FallbackPolicy = authorization.DefaultPolicy;
    }

    private static void AddCookieKeys(WebApplicationBuilder builder)
    {
        builder.Services.AddDataProtection().SetApplicationName("vincxr");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(s =>
            new ConfigureOptions<KeyManagementOptions>(o => o.XmlRepository = new StoreKeyRing(s.GetRequiredService<IStore>().Documents)));

        // Warns that the keys lie in the store as they are, which docs/security.md says.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        builder.Services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "vincxr-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder, SecurityOptions security)
    {
        var certificate = security.TlsCertificate is { } file ? new CertificateFile(file, security.TlsKey!, TimeProvider.System) : null;
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Services.AddOptions<KestrelServerOptions>().Configure<ILoggerFactory>((kestrel, loggers) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = security.Limits.MaxBodyBytes;
            if (certificate is not null)
            {
                var logger = loggers.CreateLogger<CertificateFile>();
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificate = certificate.Current(logger).TargetCertificate;
                    https.OnAuthenticate = (_, tls) => (tls.ServerCertificate, tls.ServerCertificateContext) = (null, certificate.Current(logger));
                });
            }
        });
    }

    private static ForwardedHeadersOptions Forwarded(IEnumerable<string> proxies)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (string proxy in proxies)
        {
            if (System.Net.IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        return forwarded;
    }
}
