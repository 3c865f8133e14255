using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Connections.Security;
using VinCxr.Core;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>Certificates of one silo or command, and who is let in by them.</summary>
internal sealed partial class SiloTls
{
    private const int MaxTold = 100;

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authorities;
    private readonly ConcurrentDictionary<string, bool> _told = new();

    private SiloTls(X509Certificate2 certificate, X509Certificate2Collection authorities) => (_certificate, _authorities) = (certificate, authorities);

    /// <summary>Takes the line that tells of a refused peer.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <returns>Null without options.</returns>
    /// <exception cref="InvalidInputException">The files cannot be used.</exception>
    public static SiloTls? Load(SiloTlsOptions options) =>
        !options.IsGiven ? null : TryLoad(options, out string? error) ?? throw new InvalidInputException(error!);

    /// <returns>Null with what is wrong.</returns>
    public static SiloTls? TryLoad(SiloTlsOptions options, out string? error)
    {
        if (options is not { Certificate: { } certificate, Key: { } key, Authority: { } authority })
        {
            error = $"--silo-cert '{options.Certificate}', --silo-key '{options.Key}' and --silo-ca '{options.Authority}' go together; give all three";
            return null;
        }

        try
        {
            var own = X509Certificate2.CreateFromPemFile(certificate, key);
            if (OperatingSystem.IsWindows())
            {
                // SChannel takes no keys that were never imported.
                own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
            }

            X509Certificate2Collection authorities = [];
            authorities.ImportFromPemFile(authority);
            var tls = new SiloTls(own, authorities);
            error = authorities.Count == 0 ? $"--silo-ca '{authority}' holds no certificate"
                : tls.Refusal(own) is { } refusal ? $"--silo-cert '{certificate}' would be refused by the others with --silo-ca '{authority}': {refusal}" : null;
            return error is null ? tls : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error = $"--silo-cert '{certificate}', --silo-key '{key}' and --silo-ca '{authority}' cannot be used: {exception.Message}";
            return null;
        }
    }

    public void AddTo(ISiloBuilder silo) => silo.UseTls(Configure);

    public void AddTo(IClientBuilder client) => client.UseTls(Configure);

    private void Configure(TlsOptions options)
    {
        options.LocalCertificate = _certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.CheckCertificateRevocation = false;
        options.RemoteCertificateValidation = IsOneOfUs;

        // Silos come and go on addresses that no certificate can name beforehand: the authority says who belongs here.
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = "vincxr-silo";
    }

    internal bool IsOneOfUs(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        string? why = certificate is null ? "has no certificate" : Refusal(certificate);
        string line = $"{certificate?.Subject}: {why}";
        if (why is not null && _told.Count < MaxTold && _told.TryAdd(line, true))
        {
            Refused(Logger, line);
        }

        return why is null;
    }

    private string? Refusal(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate) ? null : string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()));
    }

    [LoggerMessage(EventId = 471, Level = LogLevel.Warning, Message = "Another silo or command was refused, {Who}; all of a cluster have certificates of one --silo-ca")]
    private static partial void Refused(ILogger logger, string who);
}
