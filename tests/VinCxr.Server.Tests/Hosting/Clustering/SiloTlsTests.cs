using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using VinCxr.Contracts.Nodes;
using VinCxr.Core;
using VinCxr.Server.Hosting;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Tests.Security;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting.Clustering;

public sealed class SiloTlsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TempDirectory _folder = new();
    private readonly SiloCertificates _ours = new("ours");
    private readonly SiloCertificates _theirs = new("theirs");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_and_commands_with_certificates_of_one_authority_work_together_and_others_are_refused()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = await StartAsync(Options("all", "a", _ours.Sign("a")), stop.Token);
        var second = await StartAsync(Options("gpu", "b", _ours.Sign("b")), stop.Token);
        await using (var command = await ConnectAsync(_ours.Sign("command"), TimeSpan.FromMinutes(1)))
        {
            Assert.False(command.IsEmbedded);
            await Eventually.ReadAsync(
                async () => (await command.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync()).Select(n => n.Name).ToArray(),
                n => n.SequenceEqual(["a", "b"]), "two nodes", Cancel);
        }

        // One that takes the servers for its own, one that does not, and one without certificates.
        string both = _folder.File("both.crt");
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(_ours.Authority, Cancel) + "\n" + await File.ReadAllTextAsync(_theirs.Authority, Cancel), Cancel);
        foreach (var stranger in new[] { _theirs.Sign("stranger", both), _theirs.Sign("stranger"), new SiloTlsOptions() })
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => ConnectAsync(stranger, TimeSpan.FromSeconds(3)));
            Assert.Contains("did not answer within", refused.Message, StringComparison.Ordinal);
        }

        var intruder = Options("gpu", "c", _theirs.Sign("c", both)) with { JoinTimeout = TimeSpan.FromSeconds(1) };
        var error = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(intruder, cancellationToken: stop.Token).WaitAsync(Limit, Cancel));
        Assert.Contains("cannot be joined", error.Message, StringComparison.Ordinal);
        Assert.Contains("--silo-cert", error.Message, StringComparison.Ordinal);

        await stop.CancelAsync();
        await Task.WhenAll(first, second).WaitAsync(Limit, Cancel);
    }

    [Fact]
    public void Only_a_certificate_of_the_authority_is_one_of_us_and_each_other_is_told_of_once()
    {
        using var logs = new CapturedLogs();
        var tls = SiloTls.Load(_ours.Sign("a"))!;
        tls.Logger = logs;
        using var good = X509CertificateLoader.LoadCertificateFromFile(_ours.Sign("b").Certificate!);
        using var foreign = X509CertificateLoader.LoadCertificateFromFile(_theirs.Sign("c").Certificate!);
        using var expired = X509CertificateLoader.LoadCertificateFromFile(_ours.Sign("d", days: 1).Certificate!);

        Assert.True(tls.IsOneOfUs(good, null, SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch));
        for (int i = 0; i < 3; i++)
        {
            Assert.False(tls.IsOneOfUs(foreign, null, SslPolicyErrors.None));
            Assert.False(tls.IsOneOfUs(expired, null, SslPolicyErrors.None));
            Assert.False(tls.IsOneOfUs(null, null, SslPolicyErrors.RemoteCertificateNotAvailable));
        }

        Assert.Equal(3, logs.Lines.Count);
        Assert.Contains(logs.Lines, l => l.Contains("refused, CN=c:", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_are_found_before_anything_starts()
    {
        var good = _ours.Sign("a");
        Assert.Empty(ServeOptionsValidator.Validate(Options("all", "a", good)));
        Assert.Contains("go together", Of(good with { Key = null }), StringComparison.Ordinal);
        Assert.Contains("cannot be used", Of(good with { Certificate = _folder.File("none.crt") }), StringComparison.Ordinal);
        Assert.Contains("cannot be used", Of(good with { Key = _ours.Sign("b").Key }), StringComparison.Ordinal);
        Assert.Contains("would be refused by the others", Of(_theirs.Sign("c", _ours.Authority)), StringComparison.Ordinal);
        Assert.Contains("holds no certificate", Of(good with { Authority = good.Key }), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    private string Of(SiloTlsOptions tls) => Assert.Single(ServeOptionsValidator.Validate(Options("all", "a", tls)));

    private ServeOptions Options(string role, string node, SiloTlsOptions tls) => new()
    {
        Store = _folder.File("store"),
        Role = role,
        Urls = "http://127.0.0.1:0",
        Agent = new AgentSettings { NodeName = node },
        SiloTls = tls,
    };

    private Task<EmbeddedCluster> ConnectAsync(SiloTlsOptions tls, TimeSpan limit) =>
        EmbeddedCluster.ConnectAsync(_folder.File("store"), new EmbeddedOptions { SiloTls = tls, LockTimeout = limit }, Cancel);

    /// <returns>The run of a server that is up.</returns>
    private static async Task<Task> StartAsync(ServeOptions options, CancellationToken stop)
    {
        var started = new TaskCompletionSource();
        var serving = ServeHost.RunServeAsync(options, _ => started.TrySetResult(), cancellationToken: stop);
        await (await Task.WhenAny(started.Task, serving).WaitAsync(Limit, Cancel));
        return serving;
    }
}
