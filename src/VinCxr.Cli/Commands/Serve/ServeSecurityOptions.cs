using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Security;

namespace VinCxr.Cli.Commands.Serve;

/// <summary>Options of <c>vincxr serve</c> about who is let in.</summary>
internal sealed class ServeSecurityOptions
{
    private static readonly LimitOptions Limits = new();

    private readonly ChoiceOption<AuthMode> _auth = new(
        "--auth",
        "none lets everybody on this machine do everything; keys asks for API keys, see vincxr key",
        new Dictionary<string, AuthMode> { ["none"] = AuthMode.None, ["keys"] = AuthMode.Keys },
        "none");

    private readonly Option<bool> _insecure = ValueOptions.Flag("--insecure", "Answer to other machines without --auth: everybody there is administrator");
    private readonly Option<string[]> _hosts = ValueOptions.Many("--host", "Name by which browsers may call a server without --auth; repeat it for more", "NAME");
    private readonly Option<string[]> _proxies = ValueOptions.Many("--proxy", "Reverse proxy whose X-Forwarded-For and -Proto are believed; repeat it for more", "ADDRESS|CIDR");
    private readonly Option<string?> _authority = ValueOptions.Optional("--oidc-authority", $"OpenID Connect issuer to trust besides API keys; the client's secret is taken from {OidcOptions.SecretVariable}", "URL");
    private readonly Option<string?> _audience = ValueOptions.Optional("--oidc-audience", "Audience of its access tokens; --oidc-client-id by default", "NAME");
    private readonly Option<string?> _clientId = ValueOptions.Optional("--oidc-client-id", "This server as the issuer knows it, for the sign-in of browsers", "ID");
    private readonly Option<string?> _roleClaim = ValueOptions.Optional("--oidc-role-claim", "Claim with viewer, submitter, operator, admin, patients, as roles (the default) or realm_access.roles", "CLAIM");
    private readonly Option<string?> _userClaim = ValueOptions.Optional("--oidc-user-claim", "Claim that names the user; preferred_username by default", "CLAIM");
    private readonly Option<string?> _tlsCertificate = ValueOptions.Optional("--tls-cert", "PEM file with the certificate of https addresses and its intermediates", "FILE");
    private readonly Option<string?> _tlsKey = ValueOptions.Optional("--tls-key", "PEM file with the certificate's private key", "FILE");
    private readonly Option<string?> _siloCertificate = ValueOptions.Optional("--silo-cert", $"PEM file with the certificate that other silos and commands know this one by; ${SiloTlsOptions.CertificateVariable} sets the default, for commands too", "FILE");
    private readonly Option<string?> _siloKey = ValueOptions.Optional("--silo-key", $"PEM file with its private key; ${SiloTlsOptions.KeyVariable} sets the default", "FILE");
    private readonly Option<string?> _siloAuthority = ValueOptions.Optional("--silo-ca", $"PEM file with the authority of this cluster's certificates; ${SiloTlsOptions.AuthorityVariable} sets the default", "FILE");
    private readonly Option<int> _rate = ValueOptions.Whole("--rate", "Requests a second that one caller may go on with", Limits.RequestsPerSecond, 1, 1_000_000);
    private readonly Option<int> _burst = ValueOptions.Whole("--burst", "Requests that one caller may make at once", Limits.Burst, 1, 1_000_000);
    private readonly Option<int> _failedLogins = ValueOptions.Whole("--failed-logins", "Wrong keys that one address may show in a minute", Limits.FailedLoginsPerMinute, 1, 1_000_000);
    private readonly Option<int> _maxBody = ValueOptions.Whole("--max-body", "Most bytes of a request's body", (int)Limits.MaxBodyBytes, 1024, 1 << 30);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _auth, _insecure, _hosts, _proxies, _authority, _audience, _clientId, _roleClaim, _userClaim, _tlsCertificate, _tlsKey, _siloCertificate, _siloKey, _siloAuthority, _rate, _burst, _failedLogins, _maxBody,
        })
        {
            command.Add(option);
        }
    }

    public SecurityOptions Of(ParseResult parse) => new()
    {
        Auth = _auth.ValueOf(parse),
        Insecure = parse.GetValue(_insecure),
        Hosts = parse.GetValue(_hosts) ?? [],
        Proxies = parse.GetValue(_proxies) ?? [],
        Oidc = OidcOf(parse),
        TlsCertificate = parse.GetValue(_tlsCertificate),
        TlsKey = parse.GetValue(_tlsKey),
        Limits = new LimitOptions
        {
            RequestsPerSecond = parse.GetValue(_rate),
            Burst = parse.GetValue(_burst),
            FailedLoginsPerMinute = parse.GetValue(_failedLogins),
            MaxBodyBytes = parse.GetValue(_maxBody),
        },
    };

    public SiloTlsOptions SiloTlsOf(ParseResult parse)
    {
        var environment = SiloTlsOptions.FromEnvironment();
        return new SiloTlsOptions
        {
            Certificate = parse.GetValue(_siloCertificate) ?? environment.Certificate,
            Key = parse.GetValue(_siloKey) ?? environment.Key,
            Authority = parse.GetValue(_siloAuthority) ?? environment.Authority,
        };
    }

    private OidcOptions? OidcOf(ParseResult parse)
    {
        if (parse.GetValue(_authority) is not { } authority)
        {
            return null;
        }

        var oidc = new OidcOptions { Authority = authority, Audience = parse.GetValue(_audience), ClientId = parse.GetValue(_clientId) };
        return oidc with { RoleClaim = parse.GetValue(_roleClaim) ?? oidc.RoleClaim, UserClaim = parse.GetValue(_userClaim) ?? oidc.UserClaim };
    }
}
