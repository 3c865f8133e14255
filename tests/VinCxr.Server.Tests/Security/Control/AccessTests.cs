using System.Reflection;
using System.Security.Claims;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Control;
using VinCxr.Server.Security.Keys;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Security.Control;

/// <summary>Every operation by every role, on sweeps of one's own and of others.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private static readonly MethodInfo[] Operations = [.. typeof(IControlPlane).GetMethods(), .. typeof(IDatasetUploads).GetMethods()];

    /// <summary>Least role on a sweep of one's own, and on one of somebody else; what is not here is read, by everybody.</summary>
    private static readonly Dictionary<string, (Role Own, Role Others)> Changes = new()
    {
        ["SubmitSweepAsync"] = (Role.Submitter, Role.Submitter),
        ["SteerSweepAsync"] = (Role.Submitter, Role.Operator),
        ["RetrySweepAsync"] = (Role.Submitter, Role.Operator),
        ["ExtendSweepAsync"] = (Role.Submitter, Role.Operator),
        ["RetryTrialAsync"] = (Role.Submitter, Role.Operator),
        ["SetDrainAsync"] = (Role.Operator, Role.Operator),
        ["SetQueueAsync"] = (Role.Operator, Role.Operator),
        ["RemoveQueueAsync"] = (Role.Operator, Role.Operator),
        ["CreateUploadAsync"] = (Role.Submitter, Role.Submitter),
        ["IngestUploadAsync"] = (Role.Submitter, Role.Operator),
        ["RemoveUploadAsync"] = (Role.Submitter, Role.Operator),
    };

    /// <summary>As <see cref="Changes"/>, of what is not in the audit log.</summary>
    private static readonly Dictionary<string, (Role Own, Role Others)> Uses = new()
    {
        ["ListUploadsAsync"] = (Role.Submitter, Role.Submitter),
        ["GetUploadAsync"] = (Role.Submitter, Role.Operator),
        ["ListUploadFilesAsync"] = (Role.Submitter, Role.Operator),
        ["PutUploadFileAsync"] = (Role.Submitter, Role.Operator),
        ["RemoveUploadFileAsync"] = (Role.Submitter, Role.Operator),
        ["GetUploadReportAsync"] = (Role.Submitter, Role.Operator),
    };

    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly IWholePlane _plane;
    private readonly FakePlane _fake;
    private IStore _store = null!;

    public AccessTests() => (_plane, _fake) = FakePlane.Create();

    public static TheoryData<string, Role, bool> Matrix => new(
        from operation in Operations
        from role in Enum.GetValues<Role>()
        from own in new[] { true, false }
        select (operation.Name, role, own));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ControlPlanes Planes => new(_plane, Gate);

    private UploadPlanes Uploads => new(_plane, Gate);

    private AccessGate Gate => new(Audit, new ApiKeyCache(KeyStore, _clock), _clock);

    private AuditLog Audit => new(_store.Logs, _clock, NullLogger<AuditLog>.Instance);

    private DocumentApiKeyStore KeyStore => new(_store.Documents, _clock);

    public async ValueTask InitializeAsync() => _store = await StoreFactory.OpenAsync(_folder.Path, create: true, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Every_operation_has_its_row_and_every_row_its_operation()
    {
        Assert.Equal(Operations.Select(o => o.Name).Order(), Access.Rules.Keys.Order());
        Assert.Equal(Changes.Keys.Order(), Access.Rules.Where(r => r.Value.IsChange).Select(r => r.Key).Order());
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_role_does_what_is_its_own_and_no_more(string operation, Role role, bool own)
    {
        _fake.Owner = own ? "ann" : "bob";
        var (least, leastOfOthers) = Changes.GetValueOrDefault(operation, Uses.GetValueOrDefault(operation, (Role.Viewer, Role.Viewer)));
        bool isAllowed = role >= (own ? least : leastOfOthers);

        var error = await Record.ExceptionAsync(() => CallAsync(new Caller("ann", role, Patients: true).ToPrincipal("test"), operation));

        // Submitting under a key that is somebody else's is refused, for whatever reason but the role.
        if (operation == "SubmitSweepAsync" && !own && role == Role.Submitter)
        {
            Assert.IsType<ConflictException>(error);
            return;
        }

        Assert.Equal(isAllowed ? null : typeof(AccessDeniedException), error?.GetType());

        // Whose an upload is, it says itself.
        Assert.Equal(isAllowed || (operation == "GetUploadAsync" && role >= least), _fake.Calls.Any(c => c.Operation == operation));
        var lines = await Audit.ReadAsync(0, Cancel).ToListAsync(Cancel);
        if (Changes.ContainsKey(operation))
        {
            var line = Assert.Single(lines);
            Assert.Equal(("ann", operation[..^5], isAllowed ? "done" : "denied"), (line.User, line.Operation, line.Outcome));
        }
        else
        {
            Assert.Empty(lines);
        }
    }

    [Fact]
    public async Task Nobody_does_nothing()
    {
        foreach (var operation in Operations)
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => CallAsync(new(), operation.Name));
        }

        Assert.Empty(_fake.Calls);
    }

    [Fact]
    public async Task A_sweep_belongs_to_whoever_submits_it_and_only_operators_submit_for_others()
    {
        await Of(new Caller("ann", Role.Submitter, false)).SubmitSweepAsync(new SubmitSweep("name: x", User: "bob"), Cancel);
        _fake.Owner = "bob";
        await Of(new Caller("eve", Role.Operator, false)).SubmitSweepAsync(new SubmitSweep("name: x", User: "bob"), Cancel);
        await Of(new Caller("eve", Role.Operator, false)).SubmitSweepAsync(new SubmitSweep("name: x"), Cancel);

        Assert.Equal(["ann", "bob", "eve"], _fake.Calls.Select(c => ((SubmitSweep)c.Arguments[0]!).User));
        await Assert.ThrowsAsync<InvalidInputException>(() => Of(new Caller("eve", Role.Operator, false)).SubmitSweepAsync(new SubmitSweep("name: x", User: "b\nob"), Cancel));
    }

    [Fact]
    public async Task A_sweep_that_nobody_owns_is_the_operators()
    {
        _fake.Owner = null;

        var error = await Assert.ThrowsAsync<AccessDeniedException>(() => Of(new Caller("ann", Role.Submitter, false)).SteerSweepAsync("lr", SweepVerb.Cancel, Cancel));

        Assert.Equal("sweep 'lr-1a2b' is nobody's; SteerSweep is for its owner and for operators, 'ann' is submitter", error.Message);
        Assert.Empty(_fake.Changes);
    }

    [Fact]
    public async Task What_was_checked_by_name_is_done_by_id()
    {
        await Of(new Caller("ann", Role.Submitter, false)).SteerSweepAsync("lr", SweepVerb.Cancel, Cancel);

        Assert.Equal("lr-1a2b", _fake.Calls.Single(c => c.Operation == "SteerSweepAsync").Arguments[0]);
        Assert.Equal("lr-1a2b Cancel", (await Audit.ReadAsync(0, Cancel).SingleAsync(Cancel)).Target);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Names_of_quarantined_files_are_for_those_who_see_patients(bool patients, int files)
    {
        var info = await Of(new Caller("ann", Role.Admin, patients)).GetDatasetAsync("lungs", Cancel);

        Assert.Equal((1, files), (info.Quarantined, info.QuarantinedFiles.Count));
    }

    [Theory]
    [InlineData("ann", false, true)]
    [InlineData("ola", true, true)]
    [InlineData("ola", false, false)]
    public async Task Names_of_uploaded_files_are_for_who_sent_them_and_for_operators_who_see_patients(string user, bool patients, bool sees)
    {
        var uploads = Uploads.Of(new Caller(user, Role.Operator, patients).ToPrincipal("test"));

        var error = await Record.ExceptionAsync(() => uploads.ListUploadFilesAsync("lungs", "up-1", Cancel));
        var info = await uploads.GetUploadAsync("lungs", "up-1", Cancel);
        var listed = Assert.Single(await uploads.ListUploadsAsync("lungs", Cancel));
        var report = await uploads.GetUploadReportAsync("lungs", "up-1", Cancel);

        Assert.Equal(sees, error is null);
        foreach (string json in new[] { info, listed, (object)report }.Select(o => JsonSerializer.Serialize(o, ApiJson.Options)))
        {
            Assert.Equal(sees, json.Contains("Doe", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_upload_is_its_callers_whatever_the_request_says_and_submitters_see_their_own_only()
    {
        await CallAsync(new Caller("bob", Role.Submitter, false).ToPrincipal("test"), "CreateUploadAsync");

        var created = Assert.IsType<CreateUpload>(_fake.Calls.Single().Arguments[1]);
        Assert.Equal(new CreateUpload("key", "bob", Operates: false), created);
        Assert.Empty(await Uploads.Of(new Caller("bob", Role.Submitter, true).ToPrincipal("test")).ListUploadsAsync("lungs", Cancel));
        Assert.Single(await Uploads.Of(new Caller("ann", Role.Submitter, false).ToPrincipal("test")).ListUploadsAsync("lungs", Cancel));
    }

    [Fact]
    public async Task A_page_that_stays_open_ends_with_its_key_or_its_sign_in()
    {
        var key = await KeyStore.CreateAsync(new CreateKey("k", "admin", ExpiresDays: 1), Cancel);
        var byKey = Of(new Caller("ann", Role.Admin, true, key.Info.Id));
        var bySignIn = Of(new Caller("ann", Role.Admin, true, Until: _clock.GetUtcNow().AddHours(8)));
        await byKey.ListSweepsAsync(Cancel);
        await bySignIn.ListSweepsAsync(Cancel);

        await KeyStore.RevokeAsync(key.Info.Id, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("was revoked or has expired", (await Assert.ThrowsAsync<AccessDeniedException>(() => byKey.ListSweepsAsync(Cancel))).Message, StringComparison.Ordinal);
        await bySignIn.ListSweepsAsync(Cancel);

        _clock.Advance(TimeSpan.FromHours(8));
        Assert.Contains("sign in again", (await Assert.ThrowsAsync<AccessDeniedException>(() => bySignIn.ListSweepsAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_without_news_ends_with_its_key()
    {
        var key = await KeyStore.CreateAsync(new CreateKey("k", "viewer"), Cancel);
        var news = Channel.CreateUnbounded<string>();
        await news.Writer.WriteAsync("first", Cancel);
        var caller = new Caller("ann", Role.Viewer, false, key.Info.Id).ToPrincipal("test");
        await using var watch = Planes.GuardAsync(caller, nameof(IControlPlane.WatchSweepAsync), news.Reader.ReadAllAsync(Cancel), Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("first", watch.Current);
        var second = watch.MoveNextAsync().AsTask();
        _clock.Advance(AccessGate.LookInterval);
        Assert.False(second.IsCompleted);

        await KeyStore.RevokeAsync(key.Info.Id, Cancel);
        await Eventually.ReadAsync(
            () =>
            {
                _clock.Advance(AccessGate.LookInterval);
                return Task.FromResult(second.IsCompleted);
            },
            ended => ended, "ended", Cancel);
        await Assert.ThrowsAsync<AccessDeniedException>(() => second);
    }

    [Fact]
    public async Task A_change_that_does_not_work_is_written_down_as_failed()
    {
        _fake.Error = new ConflictException("it runs already");

        await Assert.ThrowsAsync<ConflictException>(() => Of(new Caller("ann", Role.Operator, false, Address: "10.0.0.7")).SetDrainAsync("g1\n2026 forged", true, Cancel));

        var line = await Audit.ReadAsync(0, Cancel).SingleAsync(Cancel);
        Assert.Equal(("SetDrain", "g1?2026 forged", "failed", "10.0.0.7"), (line.Operation, line.Target, line.Outcome, line.Address));
        Assert.Equal(_clock.GetUtcNow(), line.At);
    }

    private async Task CallAsync(ClaimsPrincipal user, string operation)
    {
        var method = Operations.Single(o => o.Name == operation);
        object plane = method.DeclaringType == typeof(IControlPlane) ? Planes.Of(user) : Uploads.Of(user);
        object answer = method.Invoke(plane, [.. method.GetParameters().Select(p => Argument(p.ParameterType))])!;
        if (answer is IAsyncEnumerable<SweepDetails> sweeps)
        {
            await sweeps.ToListAsync(Cancel);
        }
        else
        {
            await (Task)answer;
        }
    }

    private static object? Argument(Type type) => type switch
    {
        _ when type == typeof(string) => "lr-1a2b",
        _ when type == typeof(SubmitSweep) => new SubmitSweep("name: lr", "key"),
        _ when type == typeof(QueueSettings) => new QueueSettings("night"),
        _ when type == typeof(CreateUpload) => new CreateUpload("key", "eve", Operates: true),
        _ when type == typeof(UploadIngest) => new UploadIngest(),
        _ when type == typeof(UploadContent) => new UploadContent("a.dcm", 0, null, () => Stream.Null),
        _ => Activator.CreateInstance(type),
    };

    private IControlPlane Of(Caller caller) => Planes.Of(caller.ToPrincipal("test"));
}
