namespace VinCxr.Server.Hosting.Clustering;

/// <summary>
/// Mutual TLS between silos, and between silos and commands that reach them without REST: all three files, or none. Whoever has a certificate of the
/// authority is one of the cluster, so it is an authority for this cluster alone. PEM; read when a silo starts.
/// </summary>
public sealed record SiloTlsOptions
{
    public const string CertificateVariable = "VINCXR_SILO_CERT";
    public const string KeyVariable = "VINCXR_SILO_KEY";
    public const string AuthorityVariable = "VINCXR_SILO_CA";

    /// <summary>This silo's certificate, for servers and for clients.</summary>
    public string? Certificate { get; init; }

    /// <summary>Private key of <see cref="Certificate"/>.</summary>
    public string? Key { get; init; }

    /// <summary>Certificate of the authority that signs those of silos and commands.</summary>
    public string? Authority { get; init; }

    public bool IsGiven => (Certificate ?? Key ?? Authority) is not null;

    /// <summary>What the variables name; nothing without them.</summary>
    public static SiloTlsOptions FromEnvironment() => new() { Certificate = Of(CertificateVariable), Key = Of(KeyVariable), Authority = Of(AuthorityVariable) };

    private static string? Of(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
