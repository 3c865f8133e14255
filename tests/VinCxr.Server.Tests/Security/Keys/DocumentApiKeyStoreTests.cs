using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Security.Keys;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Security.Keys;

public sealed class DocumentApiKeyStoreTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private IStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DocumentApiKeyStore Keys => new(_store.Documents, _clock);

    public async ValueTask InitializeAsync() => _store = await StoreFactory.OpenAsync(_folder.Path, create: true, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_store_never_holds_the_secret()
    {
        var created = await Keys.CreateAsync(new CreateKey("ci", "submitter"), Cancel);

        string secret = created.Key.Split('_')[2];
        Assert.Equal(64, secret.Length);
        string json = (await _store.Documents.FindAsync("api-keys", created.Info.Id, Cancel))!.Json;
        Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, $"{created} {ApiKeyToken.Parse(created.Key)}", StringComparison.Ordinal);
        Assert.True(ApiKeyToken.Parse(created.Key)!.Matches((await Keys.FindAsync(created.Info.Id, Cancel))!));
        Assert.Equal(("ci", "ci", _clock.GetUtcNow().AddDays(90)), (created.Info.Name, created.Info.User, created.Info.ExpiresAt));
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_and_end_once()
    {
        var first = await Keys.CreateAsync(new CreateKey("first", "viewer"), Cancel);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = await Keys.CreateAsync(new CreateKey("second", "admin", "ann", Patients: true, ExpiresDays: 0.5), Cancel);

        var revoked = await Keys.RevokeAsync(first.Info.Id, Cancel);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(revoked, await Keys.RevokeAsync(first.Info.Id, Cancel));

        Assert.Equal([second.Info, revoked], await Keys.ListAsync(Cancel));
        Assert.NotNull(revoked.RevokedAt);
    }

    [Fact]
    public async Task Every_mistake_of_a_request_is_told()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Keys.CreateAsync(new CreateKey("a\r\nSet-Cookie: x", "boss", " ann", ExpiresDays: 0), Cancel));

        Assert.Equal(
            [
                "name: 'a??Set-Cookie: x' is not 1 to 100 visible characters without blanks around them",
                "user: ' ann' is not 1 to 100 visible characters without blanks around them",
                "role: 'boss' is none of viewer, submitter, operator, admin",
                "expiresDays: 0 is not above 0 and up to 3650",
            ],
            error.Errors);
        Assert.Empty(await Keys.ListAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x\u202egnp")]
    [InlineData("line\u2028break")]
    [InlineData("nul\0")]
    public async Task Names_that_cannot_be_seen_as_they_are_are_refused(string name) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Keys.CreateAsync(new CreateKey(name, "viewer"), Cancel));

    [Theory]
    [InlineData("ffffffffffff")]
    [InlineData("../api-keys/x")]
    [InlineData("")]
    public async Task What_is_no_key_cannot_be_revoked(string id) => await Assert.ThrowsAsync<NotFoundException>(() => Keys.RevokeAsync(id, Cancel));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vcx_")]
    [InlineData("vcx_0123456789ab_")]
    [InlineData("vcx_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    [InlineData("vcx_0123456789AB_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("vcx_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd_f")]
    [InlineData("key_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void What_has_not_the_form_of_a_key_is_none(string? text) => Assert.Null(ApiKeyToken.Parse(text));

    [Fact]
    public async Task A_revocation_elsewhere_holds_within_five_seconds_and_one_here_at_once()
    {
        var cache = new ApiKeyCache(Keys, _clock);
        var first = (await Keys.CreateAsync(new CreateKey("first", "viewer"), Cancel)).Info.Id;
        var second = (await Keys.CreateAsync(new CreateKey("second", "viewer"), Cancel)).Info.Id;
        Assert.True(await cache.IsLiveAsync(first, Cancel) && await cache.IsLiveAsync(second, Cancel));

        await Keys.RevokeAsync(first, Cancel);
        Assert.True(await cache.IsLiveAsync(first, Cancel));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await cache.IsLiveAsync(first, Cancel));

        Assert.True(await cache.IsLiveAsync(second, Cancel));
        await Keys.RevokeAsync(second, Cancel);
        cache.Forget(second);
        Assert.False(await cache.IsLiveAsync(second, Cancel));
    }
}
