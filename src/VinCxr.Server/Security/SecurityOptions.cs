namespace VinCxr.Server.Security;

public enum AuthMode
{
    /// <summary>Everybody who reaches the server is its administrator; it then answers on this machine only.</summary>
    None,

    /// <summary>Callers show an API key, or what <see cref="SecurityOptions.Oidc"/> gave them.</summary>
    Keys,
}

/// <summary>Who is let in by <c>vincxr serve</c>, and how much they may ask of it.</summary>
public sealed record SecurityOptions
{
    public AuthMode Auth { get; init; } = AuthMode.None;

    /// <summary>Lets others than this machine in without <see cref="Auth"/>.</summary>
    public bool Insecure { get; init; }

    /// <summary>An identity provider beside the API keys; null for none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>PEM file with the certificate of https addresses, followed by its intermediates; read again when it changes.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file with the private key of <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Names by which browsers may call a server without <see cref="Auth"/>, besides those of the loopback.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or networks such as <c>10.0.0.0/8</c>.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    public LimitOptions Limits { get; init; } = new();
}

/// <summary>An OpenID Connect provider. The client's secret, where it has one, comes from the environment only.</summary>
public sealed record OidcOptions
{
    /// <summary>Environment variable with the client's secret.</summary>
    public const string SecretVariable = "VINCXR_OIDC_SECRET";

    /// <summary>Issuer, https; its discovery document lies under <c>/.well-known/openid-configuration</c>.</summary>
    public required string Authority { get; init; }

    /// <summary>The <c>aud</c> of tokens for the API; null is <see cref="ClientId"/>.</summary>
    public string? Audience { get; init; }

    /// <summary>This server as the provider knows it; null leaves browsers with the key form.</summary>
    public string? ClientId { get; init; }

    /// <summary>Claim that holds viewer, submitter, operator, admin, patients; dots lead into objects, as in <c>realm_access.roles</c>.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>Claim that names the user, whom sweeps then belong to; <c>sub</c> where a token lacks it.</summary>
    public string UserClaim { get; init; } = "preferred_username";
}

/// <summary>How much one caller may ask of a server. Callers are told apart by user, those who are not known by address.</summary>
public sealed record LimitOptions
{
    /// <summary>Requests a second that a caller may go on with.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Requests at once.</summary>
    public int Burst { get; init; } = 400;

    /// <summary>Keys that are none which an address may show in a minute.</summary>
    public int FailedLoginsPerMinute { get; init; } = 20;

    /// <summary>Bytes of a request's body.</summary>
    public long MaxBodyBytes { get; init; } = 1 << 20;
}
