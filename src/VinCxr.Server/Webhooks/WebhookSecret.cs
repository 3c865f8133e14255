using System.Text;

namespace VinCxr.Server.Webhooks;

/// <summary>The secret shared with receivers. No record and without words of its own, so that no log line can show it.</summary>
internal sealed class WebhookSecret(byte[] key)
{
    private const int MinLength = 16;
    private const int MaxLength = 1024;

    public ReadOnlySpan<byte> Key => key;

    public override string ToString() => "***";

    /// <returns>The secret, or null with what is wrong.</returns>
    public static WebhookSecret? TryRead(WebhookOptions options, out string? error)
    {
        string source = options.SecretFile is { } file ? $"--webhook-secret-file '{file}'" : WebhookOptions.SecretVariable;
        string? text;
        try
        {
            text = options.SecretFile is { } path ? File.ReadLines(path).FirstOrDefault()?.Trim() : Environment.GetEnvironmentVariable(WebhookOptions.SecretVariable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = $"{source} cannot be read: {exception.Message}";
            return null;
        }

        error = text switch
        {
            null or "" => $"--webhook needs a secret to sign with; put one into {WebhookOptions.SecretVariable}, or into a file for --webhook-secret-file",
            { Length: < MinLength or > MaxLength } => $"{source} holds {text.Length} characters; a secret has {MinLength} to {MaxLength}",
            _ => null,
        };
        return error is null ? new WebhookSecret(Encoding.UTF8.GetBytes(text!)) : null;
    }
}
