using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Server.Tests.Security;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Api.Uploads;

public sealed class UploadTests(UploadServer server) : IClassFixture<UploadServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sent_becomes_the_data_set_that_a_command_on_the_store_makes()
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(6, Size: 64, Seed: 7), folder.Path, cancellationToken: Cancel);
        Directory.CreateDirectory(folder.File("more"));
        string[] images = [.. Directory.EnumerateFiles(folder.Path, "*.dicom").Order()];
        File.Move(images[0], Path.Combine(folder.File("more"), Path.GetFileName(images[0])));
        await File.WriteAllBytesAsync(folder.File("bad.dcm"), [1, 2, 3], Cancel);
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, Cancel);
        var local = await new DatasetIngest(store).RunAsync("sent", folder.Path, folder.File("train.csv"), new IngestOptions(), cancellationToken: Cancel);

        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("sent");
        string[] files = [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(folder.File("store"), StringComparison.Ordinal))];
        await ann.PutAllAsync(upload, files.Select(f => (Path.GetRelativePath(folder.Path, f), File.ReadAllBytes(f))));
        var dry = await ann.IngestedAsync(upload, new UploadIngest("train.csv", DryRun: true));
        var before = await server.Client.GetAsync("datasets/sent", Cancel);
        var done = await ann.IngestedAsync(upload, new UploadIngest("train.csv"));
        var report = await ann.ReportAsync(upload);

        Assert.Equal((UploadState.Done, HttpStatusCode.NotFound), (dry.State, before.StatusCode));
        Assert.Equal((UploadState.Done, $"sent@sha256:{local.Manifest.Version}", 1), (done.State, done.Reference, done.Quarantined));
        Assert.Equal(dry.Reference, done.Reference);
        Assert.Equal(local.Manifest.Quarantined.Select(q => (q.File, q.Reason, q.Bytes)), report.Dataset.QuarantinedFiles.Select(q => (q.File, q.Reason, q.Bytes)));
        Assert.Equal((local.Uploaded, local.AlreadyStored, local.UploadedBytes), (report.Stored, report.AlreadyStored, report.StoredBytes));
        Assert.Equal(local.Manifest.PhiTags, report.PhiTags);
        Assert.Equal(local.Manifest.Version, (await server.Client.GetFromJsonAsync<DatasetInfo>("datasets/sent", ApiJson.Options, Cancel))!.Version);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(server.StoreUri, "uploads"), "*", SearchOption.AllDirectories),
            p => p.Contains(Path.Combine(upload.Id, "files") + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        // The answer of an ingest that is done may have been lost.
        using (var again = await ann.IngestAsync(upload, new UploadIngest("train.csv")))
        {
            Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        }

        Assert.Equal(files.Length, (await ann.FilesAsync(upload)).Count);
        await HttpAssert.ProblemAsync(HttpStatusCode.Conflict, await ann.PutAsync(upload, "late.dcm", [1]));
        using var audit = await server.Client.GetAsync("audit?limit=1000", Cancel);
        string lines = await audit.Content.ReadAsStringAsync(Cancel);
        Assert.Contains($"sent {upload.Id}", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("PutUploadFile", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_drops_leaves_nothing_and_the_rest_is_sent_by_what_is_listed()
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("dropped");
        byte[] content = RandomNumberGenerator.GetBytes(300_000);
        await ann.PutAllAsync(upload, [("there.dcm", content)]);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
            var stream = client.GetStream();
            string head = $"PUT /api/v1/{UploadClient.PathOf(upload, "/files/cut.dcm")} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ann.Key}\r\nContent-Length: {content.Length}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancel);
            await stream.WriteAsync(content.AsMemory(0, 100_000), Cancel);
            await Eventually.ReadAsync(() => Task.FromResult(Partial().Sum(f => f.Length)), bytes => bytes > 0, "arriving", Cancel);
            client.Client.Close(0);
        }

        await Eventually.ReadAsync(() => Task.FromResult(Partial().Length), files => files == 0, "cleared", Cancel);
        var there = Assert.Single(await ann.FilesAsync(upload));
        Assert.Equal(("there.dcm", 300_000, Convert.ToHexStringLower(SHA256.HashData(content))), (there.Name, there.Length, there.Sha256));
        await ann.PutAllAsync(upload, [("cut.dcm", content), ("there.dcm", content)]);
        Assert.Equal(600_000, (await ann.GetAsync(upload)).Bytes);

        FileInfo[] Partial() => [.. Directory.EnumerateFiles(Path.Combine(server.StoreUri, "uploads"), "*", SearchOption.AllDirectories)
            .Where(p => p.Contains($"{upload.Id}{Path.DirectorySeparatorChar}partial", StringComparison.Ordinal)).Select(p => new FileInfo(p))];
    }

    [Fact]
    public async Task An_upload_is_its_owners_and_operators()
    {
        var (ann, bob, ola, doc) = (await server.AsAsync("ann"), await server.AsAsync("bob"), await server.AsAsync("ola", "operator"), await server.AsAsync("doc", "operator", patients: true));
        var upload = await ann.CreateAsync("owned");
        await ann.PutAllAsync(upload, [("Doe^John.dcm", [1])]);

        foreach (var (method, more) in new[] { ("GET", ""), ("DELETE", ""), ("GET", "/files"), ("PUT", "/files/b.dcm"), ("DELETE", "/files/Doe%5EJohn.dcm"), ("PUT", "/ingest"), ("GET", "/report") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), UploadClient.PathOf(upload, more)) { Content = method == "PUT" ? JsonContent.Create(new UploadIngest()) : null };
            Assert.Contains("is of 'ann'", await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await bob.Http.SendAsync(request, Cancel)), StringComparison.Ordinal);
        }

        Assert.Empty((await bob.Http.GetFromJsonAsync<UploadInfo[]>("datasets/owned/uploads", ApiJson.Options, Cancel))!);
        Assert.Single((await ola.Http.GetFromJsonAsync<UploadInfo[]>("datasets/owned/uploads", ApiJson.Options, Cancel))!);
        await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await ola.Http.GetAsync(UploadClient.PathOf(upload, "/files"), Cancel));
        Assert.Equal("Doe^John.dcm", Assert.Single(await doc.FilesAsync(upload)).Name);
        await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await ann.Http.GetAsync($"datasets/others/uploads/{upload.Id}", Cancel));
        using var removed = await ola.Http.DeleteAsync(UploadClient.PathOf(upload), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await ann.Http.GetAsync(UploadClient.PathOf(upload), Cancel));
    }

    [Fact]
    public async Task A_data_set_gets_versions_from_its_owner_and_operators_only()
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(2, Size: 64, Seed: 9), folder.Path, cancellationToken: Cancel);
        (string, byte[])[] files = [.. Directory.EnumerateFiles(folder.Path, "*.dicom").Order().Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
        var (ann, bob, ola) = (await server.AsAsync("ann"), await server.AsAsync("bob"), await server.AsAsync("ola", "operator"));
        var (first, race) = (await ann.CreateAsync("claimed"), await bob.CreateAsync("claimed"));
        await ann.PutAllAsync(first, files[..1]);
        await bob.PutAllAsync(race, files);
        Assert.Equal(UploadState.Done, (await ann.IngestedAsync(first, new UploadIngest())).State);

        Assert.Contains("is of 'ann'", await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await bob.IngestAsync(race, new UploadIngest())), StringComparison.Ordinal);
        await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await bob.Http.PostAsync("datasets/claimed/uploads", null, Cancel));
        await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await bob.Http.PostAsync($"datasets/{UploadServer.Dataset}/uploads", null, Cancel));
        foreach (var client in new[] { ola, ann })
        {
            var next = await client.CreateAsync("claimed");
            await client.PutAllAsync(next, files);
            Assert.Equal(UploadState.Done, (await client.IngestedAsync(next, new UploadIngest())).State);
        }

        // A data set that was removed has no owner, and its name is free; one that came back on the store itself is the operators'.
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, create: false, Cancel);
        await new DatasetCatalog(store).RemoveAsync("claimed", Cancel);
        await bob.CreateAsync("claimed");
        await new DatasetIngest(store).RunAsync("claimed", folder.Path, null, new IngestOptions(), cancellationToken: Cancel);
        await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await ann.Http.PostAsync("datasets/claimed/uploads", null, Cancel));
    }

    [Fact]
    public async Task Limits_are_told_and_kept()
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("limited");
        Assert.Equal(new UploadLimits(8 << 20, 1 << 20, 64 << 20, 40), upload.Limits);

        foreach (var (name, bytes) in new[] { ("a.dcm", (8 << 20) + 1), ("a.csv", (1 << 20) + 1) })
        {
            await HttpAssert.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, await ann.PutAsync(upload, name, new byte[bytes]));
        }

        // One that does not say how long it is, is cut off where it is too long.
        await HttpAssert.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, await ann.PutAsync(upload, "a.csv", new byte[(1 << 20) + 1], says: false));
        await ann.PutAllAsync(upload, Enumerable.Range(0, 8).Select(i => ($"{i}.dcm", new byte[8 << 20])));
        await HttpAssert.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, await ann.PutAsync(upload, "8.dcm", [1]));
        using var removed = await ann.Http.DeleteAsync(UploadClient.PathOf(upload, "/files/0.dcm"), Cancel);
        await ann.PutAllAsync(upload, Enumerable.Range(8, 33).Select(i => ($"{i}.dcm", new byte[] { 1 })));
        Assert.Contains("at most 40 files", await HttpAssert.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, await ann.PutAsync(upload, "one.dcm", [1])), StringComparison.Ordinal);
        Assert.Equal(40, (await ann.GetAsync(upload)).Files);
        Assert.Equal("ok", await ann.Http.GetStringAsync("/healthz", Cancel));
    }

    [Theory]
    [InlineData("..%2f..%2fevil.dcm")]
    [InlineData("%2e%2e%2fevil.dcm")]
    [InlineData("a%2f..%2f..%2fevil.dcm")]
    [InlineData("..%5cevil.dcm")]
    [InlineData("%2fetc%2fevil.dcm")]
    [InlineData("a//evil.dcm")]
    [InlineData("evil%00.dcm")]
    [InlineData("evil%0d%0aX-Injected:%201.dcm")]
    [InlineData("%E2%80%AEmcd.live.dcm")]
    [InlineData("evil.sh")]
    [InlineData("upload.json")]
    [InlineData("%20evil.dcm")]
    public async Task A_name_that_leads_elsewhere_is_refused(string name)
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("names");

        using var response = await ann.PutAsync(upload, name, [1]);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound });

        // What is no request at all, the web server answers without a body.
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json" || (await response.Content.ReadAsStringAsync(Cancel)).Length == 0);
        Assert.False(response.Headers.Contains("X-Injected"));
        Assert.Empty(await ann.FilesAsync(upload));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(server.StoreUri)!, "*evil*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("sub/a.dcm")]
    [InlineData("sub%2fa.dcm")]
    public async Task A_slash_of_a_name_may_be_written_either_way(string name)
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("slashes");

        await ann.PutAllAsync(upload, [(name, [1])]);

        Assert.Equal("sub/a.dcm", Assert.Single(await ann.FilesAsync(upload)).Name);
    }

    [Theory]
    [InlineData("sha-256=:AAAA:")]
    [InlineData("sha-256=:!!!!:")]
    [InlineData("sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")]
    public async Task A_digest_that_is_none_or_of_something_else_is_a_mistake(string digest)
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("digests");
        using var request = new HttpRequestMessage(HttpMethod.Put, UploadClient.PathOf(upload, "/files/a.dcm")) { Content = new ByteArrayContent([1]) };
        request.Headers.TryAddWithoutValidation("Repr-Digest", digest);

        await HttpAssert.ProblemAsync(HttpStatusCode.BadRequest, await ann.Http.SendAsync(request, Cancel));
        Assert.Empty(await ann.FilesAsync(upload));
    }

    [Fact]
    public async Task Names_of_files_come_in_pages()
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("pages");
        string deep = string.Join('/', Enumerable.Range(0, 8).Select(_ => new string('é', 58))) + "/x.dcm";
        await ann.PutAllAsync(upload, [("a.dcm", [1]), ("b.dcm", [1]), (deep, [1]), ("z.dcm", [1])]);

        List<string> names = [];
        string? cursor = null;
        do
        {
            var page = await ann.Http.GetFromJsonAsync<Page<UploadedFile>>(UploadClient.PathOf(upload, $"/files?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}"), ApiJson.Options, Cancel);
            names.AddRange(page!.Items.Select(f => f.Name));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(["a.dcm", "b.dcm", "z.dcm", deep], names);
    }
}
