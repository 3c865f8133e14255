using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using VinCxr.Core;

namespace VinCxr.Server.Security.Hardening;

/// <summary>
/// A certificate in PEM files that is read again when they change, so that renewing it needs no restart. What cannot be read leaves the old one in use.
/// </summary>
internal sealed partial class CertificateFile
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();

    private SslStreamCertificateContext _context;
    private (DateTime Certificate, DateTime Key) _written;
    private long _lookedAt;

    /// <exception cref="InvalidInputException">The files cannot be read or do not belong together.</exception>
    public CertificateFile(string certificate, string key, TimeProvider clock)
    {
        (_certificate, _key, _clock) = (certificate, key, clock);
        try
        {
            (_written, _context) = (Written(), Read());
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            throw new InvalidInputException($"--tls-cert '{certificate}' with --tls-key '{key}' cannot be used: {error.Message}", error);
        }

        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>The certificate as it is now.</summary>
    public SslStreamCertificateContext Current(ILogger logger)
    {
        lock (_gate)
        {
            if (_clock.GetElapsedTime(_lookedAt) < LookInterval)
            {
                return _context;
            }

            _lookedAt = _clock.GetTimestamp();
            try
            {
                var written = Written();
                if (written != _written)
                {
                    (_context, _written) = (Read(), written);
                    Renewed(logger, _certificate, _context.TargetCertificate.NotAfter);
                }
            }
            catch (Exception error) when (IsUnreadable(error))
            {
                Unreadable(logger, _certificate, error.Message);
            }

            return _context;
        }
    }

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private SslStreamCertificateContext Read()
    {
        var leaf = X509Certificate2.CreateFromPemFile(_certificate, _key);
        if (OperatingSystem.IsWindows())
        {
            // SChannel takes no keys that were never imported.
            leaf = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificate);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static bool IsUnreadable(Exception error) => error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(EventId = 453, Level = LogLevel.Warning, Message = "The certificate {File} was renewed and holds until {Until}")]
    private static partial void Renewed(ILogger logger, string file, DateTime until);

    [LoggerMessage(EventId = 454, Level = LogLevel.Error, Message = "The certificate {File} has changed and cannot be used, the one before goes on: {Reason}")]
    private static partial void Unreadable(ILogger logger, string file, string reason);
}
