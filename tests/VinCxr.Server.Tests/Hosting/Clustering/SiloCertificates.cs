using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting.Clustering;

/// <summary>An authority of a cluster, and certificates that it signs.</summary>
internal sealed class SiloCertificates : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddDays(-2);

    private readonly TempDirectory _folder = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _authority;

    public SiloCertificates(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(Start, Start.AddYears(1));
        File.WriteAllText(Authority, _authority.ExportCertificatePem());
    }

    public string Authority => _folder.File("ca.crt");

    /// <summary>Files of a silo, with an authority of somebody else if one is given.</summary>
    public SiloTlsOptions Sign(string name, string? trusts = null, int days = 100)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(_authority, Start, Start.AddDays(days), RandomNumberGenerator.GetBytes(8));
        var options = new SiloTlsOptions { Certificate = _folder.File($"{name}.crt"), Key = _folder.File($"{name}.key"), Authority = trusts ?? Authority };
        File.WriteAllText(options.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(options.Key, key.ExportPkcs8PrivateKeyPem());
        return options;
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }
}
