using VinCxr.Core;

namespace VinCxr.Server.Hosting;

/// <summary>Checks options before anything starts, and reports every mistake.</summary>
public static class ServeOptionsValidator
{
    private static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromMinutes(10);

    /// <returns>One line per mistake.</returns>
    public static IReadOnlyList<string> Validate(ServeOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.Store))
        {
            errors.Add("--store is empty; give a store such as file:///data/store");
        }

        if (options.Role is not ("all" or "control" or "gpu"))
        {
            errors.Add($"--role '{options.Role}' is none of all, control, gpu");
        }

        if (options.Clustering != "localhost")
        {
            errors.Add($"--clustering '{options.Clustering}' is not supported by this build; give localhost");
        }

        string[] urls = options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        errors.AddRange(urls.Where(u => !IsHttp(u)).Select(u => $"--urls '{u}' is not an http address such as http://127.0.0.1:8080"));
        if (urls.Length == 0)
        {
            errors.Add("--urls is empty; give an address such as http://127.0.0.1:8080");
        }

        if (options.LeaseTtl < MinTtl || options.LeaseTtl > MaxTtl)
        {
            errors.Add($"--lease-ttl {options.LeaseTtl.TotalSeconds:0.###} s is not between {MinTtl.TotalSeconds:0} and {MaxTtl.TotalSeconds:0} s");
        }

        if (options.PlacementWait < TimeSpan.Zero || options.PlacementWait > MaxTtl)
        {
            errors.Add($"--placement-wait {options.PlacementWait.TotalSeconds:0.###} s is not between 0 and {MaxTtl.TotalSeconds:0} s");
        }

        if (options.JoinTimeout <= TimeSpan.Zero)
        {
            errors.Add($"--join-timeout {options.JoinTimeout.TotalSeconds:0.###} s is not positive");
        }

        errors.AddRange(Validate(options.Agent));
        return errors;
    }

    public static IReadOnlyList<string> Validate(AgentSettings agent)
    {
        List<string> errors = [];
        if (agent.Slots is < 1 or > 64)
        {
            errors.Add($"--slots {agent.Slots} is not between 1 and 64");
        }

        if (agent.NodeName is { } name && (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name[0] == '.'))
        {
            errors.Add($"--node '{name}' is not a name of 1 to 100 letters, digits, '-', '_' and '.'");
        }

        if (agent.Device is not ("cpu" or "cuda"))
        {
            errors.Add($"--device '{agent.Device}' is neither cpu nor cuda");
        }

        if (agent.CacheBytes <= 0)
        {
            errors.Add($"--cache-bytes {agent.CacheBytes} is not positive");
        }

        if (agent.TrainerCommand is { Count: 0 })
        {
            errors.Add("--trainer is empty; leave it out to use this program");
        }

        if (agent.HangTimeout <= TimeSpan.Zero)
        {
            errors.Add($"--hang-timeout {agent.HangTimeout} is not positive");
        }

        if (agent.SlotMemoryMb <= 0)
        {
            errors.Add($"--slot-memory {agent.SlotMemoryMb} is not positive");
        }

        return errors;
    }

    /// <exception cref="InvalidInputException">Any mistake; <c>Errors</c> holds one line each.</exception>
    public static void ValidateOrThrow(ServeOptions options)
    {
        if (Validate(options) is { Count: > 0 } errors)
        {
            throw new InvalidInputException("options of serve", errors);
        }
    }

    // Kestrel also takes http://*:8080 and http://+:8080, which are no URIs.
    private static bool IsHttp(string url) =>
        Uri.TryCreate(url.Replace("://*", "://any").Replace("://+", "://any"), UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https");
}
