using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VinCxr.Core;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Security.Hardening;

public sealed class TlsTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Certificate => _folder.File("tls.crt");

    private string Key => _folder.File("tls.key");

    [Fact]
    public async Task A_server_with_a_certificate_speaks_https_and_keeps_browsers_and_cookies_to_it()
    {
        string first = Write("first.example");
        await using var server = await SecureServer.StartAsync(SecureServer.Keys with { TlsCertificate = Certificate, TlsKey = Key }, "https://127.0.0.1:0");
        var (seen, response) = await GetAsync(server);
        Assert.Equal(first, seen);
        Assert.Contains("max-age=", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        Assert.Contains("; secure", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_renewed_certificate_is_taken_and_a_broken_one_is_not()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var logs = new CapturedLogs();
        Write("first.example");
        var file = new VinCxr.Server.Security.Hardening.CertificateFile(Certificate, Key, clock);
        string second = Write("second.example", DateTime.UtcNow.AddSeconds(5));
        Assert.NotEqual(second, file.Current(logs).TargetCertificate.Thumbprint);

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(second, file.Current(logs).TargetCertificate.Thumbprint);

        File.WriteAllText(Certificate, "half a certificate");
        File.SetLastWriteTimeUtc(Certificate, DateTime.UtcNow.AddSeconds(9));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(second, file.Current(logs).TargetCertificate.Thumbprint);
        Assert.Contains(logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("the one before goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_one_clear_error()
    {
        Write("a.example");
        using var other = RSA.Create(2048);
        await File.WriteAllTextAsync(Key, other.ExportPkcs8PrivateKeyPem(), Cancel);

        foreach (string key in new[] { Key, _folder.File("missing.key") })
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => SecureServer.StartAsync(SecureServer.Keys with { TlsCertificate = Certificate, TlsKey = key }, "https://127.0.0.1:0"));
            Assert.Contains($"--tls-key '{key}' cannot be used", error.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <returns>Thumbprint of the certificate that was shown, and the answer to the sign-in page under a public name.</returns>
    private static async Task<(string Thumbprint, HttpResponseMessage Response)> GetAsync(SecureServer server)
    {
        string seen = "";
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (seen = ((X509Certificate2)certificate!).Thumbprint).Length > 0,
            },
        });
        client.DefaultRequestHeaders.Host = "vincxr.example";
        var response = await client.GetAsync($"{server.Url}/login", Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (seen, response);
    }

    private string Write(string name, DateTime? written = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        if (written is { } time)
        {
            File.SetLastWriteTimeUtc(Certificate, time);
            File.SetLastWriteTimeUtc(Key, time);
        }

        return certificate.Thumbprint;
    }
}
