using System.Text.Json;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

/// <summary><c>vincxr key</c> on a store that nobody serves.</summary>
public sealed class KeyVerbTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => _folder.File("store");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_shown_once_listed_and_revoked()
    {
        await CreateStoreAsync();

        CommandResult made = await RunAsync("key", "create", "ci", "--role", "submitter", "--user", "bot", "--expires", "30d");
        string key = made.Out.Trim();
        Assert.Matches("^vcx_[0-9a-f]{12}_[0-9a-f]{64}$", key);
        Assert.Contains("of 'bot', submitter, until", Assert.Single(made.ErrorLines), StringComparison.Ordinal);
        string id = key.Split('_')[1];

        CommandResult listed = await RunAsync("key", "ls", "-o", "json");
        Assert.DoesNotContain(key.Split('_')[2], listed.Out, StringComparison.Ordinal);
        JsonElement info = listed.Json.EnumerateArray().Single();
        Assert.Equal((id, "ci", "bot", "submitter", false), (Text("id"), Text("name"), Text("user"), Text("role"), info.GetProperty("patients").GetBoolean()));
        Assert.Equal(30, (info.GetProperty("expiresAt").GetDateTimeOffset() - info.GetProperty("createdAt").GetDateTimeOffset()).TotalDays, 6);

        Assert.Equal($"key {id} (ci) revoked", (await RunAsync("key", "revoke", id)).Out.Trim());
        Assert.NotEqual(JsonValueKind.Null, (await RunAsync("key", "ls", "-o", "json")).Json[0].GetProperty("revokedAt").ValueKind);

        await using IStore store = await StoreFactory.OpenAsync(Store, cancellationToken: Cancel);
        string[] audit = await store.Logs.ReadAsync("audit", cancellationToken: Cancel).Select(e => e.Text).ToArrayAsync(Cancel);
        Assert.Equal(4, audit.Length);
        Assert.DoesNotContain(audit, e => e.Contains(key.Split('_')[2], StringComparison.Ordinal));

        string Text(string name) => info.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task As_json_the_key_comes_with_what_is_known_of_it()
    {
        await CreateStoreAsync();

        JsonElement made = (await RunAsync("key", "create", "reader", "--role", "viewer", "--patients", "-o", "json")).Json;

        Assert.StartsWith($"vcx_{made.GetProperty("info").GetProperty("id").GetString()}_", made.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.True(made.GetProperty("info").GetProperty("patients").GetBoolean());
    }

    [Fact]
    public async Task Mistakes_are_told_in_lines_that_quote_them()
    {
        await CreateStoreAsync();

        IReadOnlyList<string> wrong = await CommandLine.FailAsync(1, "key", "create", "a\tb", "--role", "boss", "--expires", "0s", "--store", Store);
        Assert.Equal(4, wrong.Count);
        Assert.Contains("role: 'boss' is none of viewer, submitter, operator, admin", wrong);
        Assert.Contains("no key 'nope', see 'vincxr key ls'", await CommandLine.FailAsync(1, "key", "revoke", "nope", "--store", Store));
        Assert.Contains("--role", string.Join('\n', await CommandLine.FailAsync(2, "key", "create", "x", "--store", Store)), StringComparison.Ordinal);
        Assert.Contains("no keys yet", (await RunAsync("key", "ls")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_refuses_to_open_to_the_network_without_authentication()
    {
        string refused = Assert.Single(await CommandLine.FailAsync(1, "serve", "--store", Store, "--urls", "http://0.0.0.0:0"));

        Assert.Equal(
            "--urls 'http://0.0.0.0:0' would let everybody on the network in as administrator; give --auth keys (see 'vincxr key create'), or --insecure where you trust them all",
            refused);
        Assert.False(Directory.Exists(Store));
    }

    [Fact]
    public async Task Serve_tells_what_is_wrong_with_who_is_let_in()
    {
        IReadOnlyList<string> errors = await CommandLine.FailAsync(
            1, "serve", "--store", Store, "--oidc-authority", "http://issuer.example", "--tls-cert", "cert.pem", "--proxy", "nobody", "--host", "a b");

        Assert.Equal(6, errors.Count);
        foreach (string quoted in new[] { "--tls-key", "'nobody'", "'a b'", "--auth keys", "'http://issuer.example'", "--oidc-audience" })
        {
            Assert.Contains(errors, e => e.Contains(quoted, StringComparison.Ordinal));
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task CreateStoreAsync() => await (await StoreFactory.OpenAsync(Store, create: true, Cancel)).DisposeAsync();

    private async Task<CommandResult> RunAsync(params string[] args)
    {
        CommandResult result = await CommandLine.RunAsync([.. args, "--store", Store]);
        Assert.True(result.ExitCode == 0, string.Join('\n', result.ErrorLines));
        return result;
    }
}
