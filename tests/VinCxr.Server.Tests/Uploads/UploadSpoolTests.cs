using Microsoft.AspNetCore.Http;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Server.Uploads;

namespace VinCxr.Server.Tests.Uploads;

public sealed class UploadSpoolTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_server_that_starts_again_has_what_arrived_whole_and_nothing_else()
    {
        var session = _bench.Create(key: "k");
        await SpoolBench.PutAsync(session, "a.dcm", "one");
        await SpoolBench.PutAsync(session, "sub/b.dcm", "two");
        await SpoolBench.PutAsync(session, "a.dcm", "three");
        await SpoolBench.PutAsync(session, "gone.dcm", "four");
        session.RemoveFile("gone.dcm");
        await Assert.ThrowsAsync<IOException>(() => SpoolBench.PutAsync(session, "cut.dcm", new BreakingStream(1000), 2000));
        Assert.Equal(8, _bench.Spool.Bytes);
        string root = Path.GetDirectoryName(session.FilesFolder)!;
        await File.WriteAllTextAsync(Path.Combine(session.FilesFolder, "stray.dcm"), "moved here, never written down", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(root, "partial", "left"), "half", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(Path.Combine(root, "files.ndjson"), "{\"name\":\"torn", TestContext.Current.CancellationToken);

        _bench.StartAgain();

        var again = _bench.Spool.Get("lungs", session.Record.Id);
        Assert.NotSame(session, again);
        Assert.Equal([new("a.dcm", 5, SpoolBench.Sha256("three")), new("sub/b.dcm", 3, SpoolBench.Sha256("two"))], again.ListFiles());
        Assert.Equal(["a.dcm", "b.dcm"], Directory.EnumerateFiles(again.FilesFolder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(root, "partial")));
        Assert.Equal(8, _bench.Spool.Bytes);
        Assert.Same(again, _bench.Create(key: "k"));
        await SpoolBench.PutAsync(again, "c.dcm", "five");
        _bench.StartAgain();
        Assert.Equal(3, _bench.Spool.Get("lungs", session.Record.Id).ListFiles().Count);
    }

    [Fact]
    public async Task A_file_that_is_lost_or_has_another_length_counts_as_not_arrived()
    {
        var session = _bench.Create();
        await SpoolBench.PutAsync(session, "a.dcm", "one");
        await SpoolBench.PutAsync(session, "b.dcm", "two");
        File.Delete(session.PathOf("a.dcm"));
        await File.AppendAllTextAsync(session.PathOf("b.dcm"), "!", TestContext.Current.CancellationToken);

        _bench.StartAgain();

        Assert.Empty(_bench.Spool.Get("lungs", session.Record.Id).ListFiles());
        Assert.Equal(0, _bench.Spool.Bytes);
    }

    [Fact]
    public async Task The_same_content_is_not_read_again()
    {
        var session = _bench.Create();
        var first = await SpoolBench.PutAsync(session, "a.dcm", "one");

        Assert.Equal(first, await SpoolBench.PutAsync(session, "a.dcm", new BreakingStream(0), 3, SpoolBench.Sha256("one")));
        await Assert.ThrowsAsync<IOException>(() => SpoolBench.PutAsync(session, "a.dcm", new BreakingStream(0), 3, SpoolBench.Sha256("two")));
        Assert.Equal([first], session.ListFiles());
    }

    [Fact]
    public async Task Another_content_than_was_meant_is_refused()
    {
        var session = _bench.Create();

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => SpoolBench.PutAsync(session, "a.dcm", "one", sha256: SpoolBench.Sha256("two")));

        Assert.Contains("send it again", error.Message, StringComparison.Ordinal);
        Assert.Empty(session.ListFiles());
        Assert.Equal(0, _bench.Spool.Bytes);
        Assert.Single(_bench.FilesOnDisk());
    }

    [Theory]
    [InlineData("a.dcm", 4097, true, "more than 4096 bytes")]
    [InlineData("a.dcm", 4097, false, "more than 4096 bytes")]
    [InlineData("a.csv", 1025, true, "more than 1024 bytes")]
    [InlineData("a.csv", 1025, false, "more than 1024 bytes")]
    public async Task A_file_too_large_is_refused_and_leaves_no_byte(string name, int length, bool says, string message)
    {
        var session = _bench.Create();

        var error = await Assert.ThrowsAsync<BadHttpRequestException>(() => SpoolBench.PutAsync(session, name, new string('a', length), says));

        Assert.Equal(413, error.StatusCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Single(_bench.FilesOnDisk());
        Assert.Equal(0, _bench.Spool.Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_of_an_upload_and_of_all_are_bounded_and_given_back(bool says)
    {
        string large = new('a', 4000);
        var (first, second) = (_bench.Create("ann"), _bench.Create("bob"));
        await SpoolBench.PutAsync(first, "a.dcm", large, says);
        await SpoolBench.PutAsync(first, "b.dcm", large, says);
        Assert.Contains("at most 10000 bytes", (await TooLargeAsync(first, "c.dcm", large, says)).Message, StringComparison.Ordinal);
        await SpoolBench.PutAsync(second, "a.dcm", large, says);
        await SpoolBench.PutAsync(second, "b.dcm", large[..3999], says);
        Assert.Contains("16000 bytes together", (await TooLargeAsync(second, "c.dcm", "12", says)).Message, StringComparison.Ordinal);
        Assert.Equal(15_999, _bench.Spool.Bytes);

        first.RemoveFile("b.dcm");
        await SpoolBench.PutAsync(second, "c.dcm", "12", says);
        _bench.Spool.Remove(first);

        Assert.Equal(8001, _bench.Spool.Bytes);
        Assert.Throws<NotFoundException>(() => _bench.Spool.Get("lungs", first.Record.Id));
        await Assert.ThrowsAsync<NotFoundException>(() => SpoolBench.PutAsync(first, "z.dcm", "1"));
        Assert.DoesNotContain(_bench.FilesOnDisk(), p => p.Contains(first.Record.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_and_uploads_are_bounded()
    {
        var session = _bench.Create();
        foreach (string name in new[] { "a.dcm", "b.dcm", "c.dcm", "d.dcm" })
        {
            await SpoolBench.PutAsync(session, name, name);
        }

        Assert.Contains("at most 4 files", (await TooLargeAsync(session, "e.dcm", "e", true)).Message, StringComparison.Ordinal);
        await SpoolBench.PutAsync(session, "d.dcm", "another");
        _bench.Create();
        Assert.Contains("has 2 uploads", Assert.Throws<ConflictException>(() => _bench.Create()).Message, StringComparison.Ordinal);
        _bench.Create("bob");
        _bench.Spool.Remove(session);
        _bench.Create();
    }

    [Fact]
    public async Task A_name_is_a_file_or_a_folder()
    {
        var session = _bench.Create();
        await SpoolBench.PutAsync(session, "a", "file");
        await SpoolBench.PutAsync(session, "b/c.dcm", "file");

        await Assert.ThrowsAsync<ConflictException>(() => SpoolBench.PutAsync(session, "a/b.dcm", "below a file"));
        await Assert.ThrowsAsync<ConflictException>(() => SpoolBench.PutAsync(session, "b", "over a folder"));
        await Assert.ThrowsAsync<InvalidInputException>(() => SpoolBench.PutAsync(session, "../b.dcm", "elsewhere"));
        await Assert.ThrowsAsync<InvalidInputException>(() => SpoolBench.PutAsync(session, "run.exe", "no image"));
        Assert.Equal(2, session.ListFiles().Count);
        Assert.Equal(8, _bench.Spool.Bytes);
    }

    [Fact]
    public async Task What_nobody_goes_on_with_is_removed_and_what_arrives_is_not()
    {
        var (left, used, arriving) = (_bench.Create("ann"), _bench.Create("bob"), _bench.Create("cyd"));
        await SpoolBench.PutAsync(left, "a.dcm", "one");
        var slow = new HeldStream();
        var put = SpoolBench.PutAsync(arriving, "a.dcm", slow, 3);
        _bench.Clock.Advance(_bench.Options.TimeToLive - TimeSpan.FromMinutes(1));
        Assert.Empty(_bench.Spool.RemoveExpired());
        await SpoolBench.PutAsync(used, "a.dcm", "one");
        Assert.Equal(_bench.Clock.GetUtcNow() + _bench.Options.TimeToLive, used.Info.ExpiresAt);

        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([left.Record.Id], _bench.Spool.RemoveExpired().Select(r => r.Id));
        Assert.Throws<NotFoundException>(() => _bench.Spool.Get("lungs", left.Record.Id));
        Assert.DoesNotContain(_bench.FilesOnDisk(), p => p.Contains(left.Record.Id, StringComparison.Ordinal));
        slow.Release("abc"u8.ToArray());
        await put;
        Assert.Equal(6, _bench.Spool.Bytes);
    }

    [Fact]
    public async Task An_ingest_takes_what_is_there_and_what_still_arrives_is_refused()
    {
        var session = _bench.Create();
        Assert.Throws<InvalidInputException>(() => session.BeginIngest(new UploadIngest()));
        await SpoolBench.PutAsync(session, "a.dcm", "one");
        Assert.Throws<InvalidInputException>(() => session.BeginIngest(new UploadIngest("a.dcm")));
        Assert.Throws<InvalidInputException>(() => session.BeginIngest(new UploadIngest("b.csv")));
        var slow = new HeldStream();
        var put = SpoolBench.PutAsync(session, "b.dcm", slow, 3);

        Assert.True(session.BeginIngest(new UploadIngest()));
        Assert.False(session.BeginIngest(new UploadIngest()));
        Assert.Throws<ConflictException>(() => session.BeginIngest(new UploadIngest(DryRun: true)));
        slow.Release("two"u8.ToArray());
        await Assert.ThrowsAsync<ConflictException>(() => put);
        await Assert.ThrowsAsync<ConflictException>(() => SpoolBench.PutAsync(session, "c.dcm", "late"));
        Assert.Throws<ConflictException>(() => session.RemoveFile("a.dcm"));
        Assert.Throws<ConflictException>(() => _bench.Spool.Remove(session));
        Assert.Single(session.ListFiles());

        session.Fail(new UploadFailure("bad", ["bad"], IsInput: true));
        Assert.Equal((UploadState.Failed, "bad"), (session.Info.State, session.Info.Failure?.Message));
        await SpoolBench.PutAsync(session, "c.dcm", "better");
        Assert.Equal((UploadState.Open, null), (session.Info.State, session.Info.Failure));
        Assert.Equal(9, _bench.Spool.Bytes);
    }

    [Fact]
    public void Servers_of_one_machine_have_places_of_their_own_and_no_store_gets_anothers_uploads()
    {
        var first = _bench.Create();
        using var second = _bench.Open();
        var other = second.Create("lungs", new CreateUpload(User: "ann"));
        using var elsewhere = _bench.Open("file:///other");

        Assert.Throws<NotFoundException>(() => second.Get("lungs", first.Record.Id));
        Assert.Throws<NotFoundException>(() => _bench.Spool.Get("lungs", other.Record.Id));
        Assert.Throws<NotFoundException>(() => _bench.Spool.Get("hearts", first.Record.Id));
        Assert.Empty(elsewhere.Sessions);
        _bench.StartAgain();
        Assert.Same(_bench.Spool.Get("lungs", first.Record.Id), Assert.Single(_bench.Spool.Sessions));
    }

    [Fact]
    public async Task Files_that_come_and_go_do_not_let_the_journal_grow_for_ever()
    {
        var session = _bench.Create();
        await SpoolBench.PutAsync(session, "kept.dcm", "kept");
        for (int i = 0; i < 700; i++)
        {
            await SpoolBench.PutAsync(session, "a.dcm", "one");
            session.RemoveFile("a.dcm");
        }

        string journal = Path.Combine(Path.GetDirectoryName(session.FilesFolder)!, "files.ndjson");
        Assert.InRange((await File.ReadAllLinesAsync(journal, TestContext.Current.CancellationToken)).Length, 1, 1010);
        _bench.StartAgain();
        Assert.Equal("kept.dcm", Assert.Single(_bench.Spool.Get("lungs", session.Record.Id).ListFiles()).Name);
    }

    [Fact]
    public void Nobody_else_on_the_machine_may_look_into_an_upload()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "access control lists");
        var session = _bench.Create();
        string root = Path.GetDirectoryName(session.FilesFolder)!;

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, new DirectoryInfo(root).UnixFileMode & Others);
    }

    private static async Task<BadHttpRequestException> TooLargeAsync(UploadSession session, string name, string text, bool says)
    {
        var error = await Assert.ThrowsAsync<BadHttpRequestException>(() => SpoolBench.PutAsync(session, name, text, says));
        Assert.Equal(413, error.StatusCode);
        return error;
    }
}
