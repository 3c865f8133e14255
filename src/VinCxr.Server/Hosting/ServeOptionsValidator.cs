using VinCxr.Core;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Security;
using VinCxr.Server.Uploads;
using VinCxr.Server.Webhooks;

namespace VinCxr.Server.Hosting;

/// <summary>Checks options before anything starts, and reports every mistake.</summary>
public static class ServeOptionsValidator
{
    /// <summary>A renewal that meets a busy silo or a store that is writing; a lease must outlast three of them.</summary>
    private static readonly TimeSpan SlowestRenewal = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MinTtl = 3 * SlowestRenewal;
    private static readonly TimeSpan MaxTtl = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MaxGrace = TimeSpan.FromHours(1);

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

        errors.AddRange(OfClustering(options));

        string[] urls = options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        errors.AddRange(urls.Where(u => !IsHttp(u)).Select(u => $"--urls '{u}' is not an http address such as http://127.0.0.1:8080"));
        if (urls.Length == 0)
        {
            errors.Add("--urls is empty; give an address such as http://127.0.0.1:8080");
        }

        if (options.LeaseTtl < MinTtl)
        {
            errors.Add(
                $"--lease-ttl {options.LeaseTtl.TotalSeconds:0.###} s is shorter than a renewal: agents renew every third of it, and one renewal may take "
                + $"{SlowestRenewal.TotalSeconds:0.###} s; give at least {MinTtl.TotalSeconds:0} s");
        }
        else if (options.LeaseTtl > MaxTtl)
        {
            errors.Add($"--lease-ttl {options.LeaseTtl.TotalSeconds:0.###} s is longer than {MaxTtl.TotalSeconds:0} s, for which the work of a lost node would lie still");
        }

        if (options.PlacementWait < TimeSpan.Zero || options.PlacementWait > MaxTtl)
        {
            errors.Add($"--placement-wait {options.PlacementWait.TotalSeconds:0.###} s is not between 0 and {MaxTtl.TotalSeconds:0} s");
        }

        if (options.JoinTimeout <= TimeSpan.Zero)
        {
            errors.Add($"--join-timeout {options.JoinTimeout.TotalSeconds:0.###} s is not positive");
        }

        if (options.Grace < TimeSpan.FromSeconds(1) || options.Grace > MaxGrace)
        {
            errors.Add($"--grace {options.Grace.TotalSeconds:0.###} s is not between 1 and {MaxGrace.TotalSeconds:0} s");
        }

        errors.AddRange(Validate(options.Agent));
        errors.AddRange(SecurityOptionsValidator.Validate(options));
        if (options.SiloTls.IsGiven && SiloTls.TryLoad(options.SiloTls, out string? tls) is null)
        {
            errors.Add(tls!);
        }

        errors.AddRange(WebhookOptionsValidator.Validate(options.Webhooks));
        errors.AddRange(UploadOptionsValidator.Validate(options.Uploads));
        return errors;
    }

    private static IEnumerable<string> OfClustering(ServeOptions options)
    {
        var address = ClusteringAddress.TryParse(options.Clustering, out string? error);
        if (address is null)
        {
            yield return $"--clustering {error}";
        }

        if (address is { Kind: ClusteringKind.Azure } && AzureMembership.Problem() is { } problem)
        {
            yield return problem;
        }

        foreach (var (name, port) in new[] { ("--silo-port", options.SiloPort), ("--gateway-port", options.GatewayPort) })
        {
            if (port is < 0 or > 65_535)
            {
                yield return $"{name} {port} is not between 0 and 65535";
            }
        }

        if (options.SiloPort > 0 && options.SiloPort == options.GatewayPort)
        {
            yield return $"--silo-port and --gateway-port are both {options.SiloPort}; give each its own";
        }

        if (options.Advertise is { } host && string.IsNullOrWhiteSpace(host))
        {
            yield return "--advertise is empty; give a host name or an address of this machine";
        }

        if (address is { Kind: ClusteringKind.Localhost } && (options.Advertise is not null || options.SiloPort > 0 || options.GatewayPort > 0))
        {
            yield return "--advertise, --silo-port and --gateway-port are for silos of several machines; give --clustering redis://host:port with them";
        }
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
