using VinCxr.Server.Hosting;
using VinCxr.Server.Webhooks;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Webhooks;

public sealed class WebhookOptionsValidatorTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Https_anywhere_and_http_on_this_machine_are_valid() =>
        Assert.Empty(Validate("https://hooks.example.org/a?token=b", "http://127.0.0.1:9000/hook", "http://localhost/x", "http://[::1]:1/"));

    [Fact]
    public void Every_mistake_is_reported_without_what_must_stay_secret()
    {
        var errors = Validate(
            "http://hooks.example.org/a?token=hunter2", "https://ann:hunter2@example.org/", "ftp://example.org", "example.org/hook", "https://example.org/#hunter2",
            "file:///etc/passwd", "https://twice.example.org/?hunter2", "https://twice.example.org/?hunter2");

        Assert.Equal(7, errors.Count);
        foreach (string quoted in new[]
        {
            "'http://hooks.example.org/a' would cross", "'https://***@example.org/' holds", "'ftp://example.org' is not", "'example.org/hook' is not", "'https://example.org/' ends with",
            "'file:///etc/passwd' is not", "'https://twice.example.org/' is given 2 times",
        })
        {
            Assert.Contains(errors, e => e.Contains(quoted, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(errors, e => e.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_secret_or_with_one_that_can_be_guessed_nothing_is_sent()
    {
        string[] hook = ["https://example.org/"];
        string small = _folder.File("short");
        File.WriteAllText(small, "hunter2\n");
        Assert.Contains(WebhookOptions.SecretVariable, Assert.Single(Of(new WebhookOptions { Urls = hook })), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Single(Of(new WebhookOptions { Urls = hook, SecretFile = _folder.File("none") })), StringComparison.Ordinal);
        string tooShort = Assert.Single(Of(new WebhookOptions { Urls = hook, SecretFile = small }));
        Assert.Contains("holds 7 characters", tooShort, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", tooShort, StringComparison.Ordinal);
        Assert.Contains("without --webhook", Assert.Single(Of(new WebhookOptions { SecretFile = small })), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<string> Validate(params string[] urls)
    {
        string secret = _folder.File("secret");
        File.WriteAllText(secret, "a-secret-of-enough-length\n");
        return Of(new WebhookOptions { Urls = urls, SecretFile = secret });
    }

    private static IReadOnlyList<string> Of(WebhookOptions webhooks) => ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Webhooks = webhooks });
}
