namespace VinCxr.Server.Webhooks;

/// <summary>Checks webhooks before anything starts, and reports every mistake.</summary>
internal static class WebhookOptionsValidator
{
    private const int MaxUrls = 20;

    /// <returns>One line per mistake.</returns>
    public static IEnumerable<string> Validate(WebhookOptions options)
    {
        foreach (string url in options.Urls)
        {
            if (Problem(url) is { } problem)
            {
                yield return problem;
            }
        }

        foreach (var twice in options.Urls.GroupBy(u => u).Where(g => g.Count() > 1))
        {
            yield return $"--webhook '{WebhookTarget.Shown(twice.Key)}' is given {twice.Count()} times";
        }

        if (options.Urls.Count > MaxUrls)
        {
            yield return $"--webhook is given {options.Urls.Count} times; at most {MaxUrls} are told";
        }

        if (options.Urls.Count == 0 && options.SecretFile is not null)
        {
            yield return "--webhook-secret-file does nothing without --webhook";
        }

        if (options.Urls.Count > 0 && WebhookSecret.TryRead(options, out string? error) is null)
        {
            yield return error!;
        }
    }

    private static string? Problem(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return $"--webhook '{WebhookTarget.Shown(url)}' is not an address such as https://example.org/hook";
        }

        return uri switch
        {
            { UserInfo.Length: > 0 } => $"--webhook '{WebhookTarget.Shown(url)}' holds a user or password; receivers check the signature instead",
            { Fragment.Length: > 0 } => $"--webhook '{WebhookTarget.Shown(url)}' ends with a #fragment, which is never sent",
            { Scheme: "http", IsLoopback: false } => $"--webhook '{WebhookTarget.Shown(url)}' would cross the network unencrypted; give an https address (http is for this machine)",
            _ => null,
        };
    }
}
