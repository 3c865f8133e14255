using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Server.Webhooks;

/// <summary>What receivers get, as JSON.</summary>
/// <param name="Id">The same for every delivery of one event; a sweep that was taken up again and ends again is another event.</param>
/// <param name="Type"><c>sweep.succeeded</c>, <c>sweep.failed</c> or <c>sweep.cancelled</c>.</param>
/// <param name="Time">When the sweep ended.</param>
internal sealed record WebhookEvent(string Id, string Type, DateTimeOffset Time, SweepSummary Sweep)
{
    private const int IdLength = 32;

    /// <param name="sweep">One that has ended.</param>
    public static WebhookEvent Of(SweepSummary sweep)
    {
        var time = sweep.EndedAt ?? throw new ArgumentException($"sweep {sweep.Id} has not ended", nameof(sweep));
        byte[] identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{sweep.Id}\n{time.UtcTicks}"));
        return new WebhookEvent($"evt_{Convert.ToHexStringLower(identity)[..IdLength]}", $"sweep.{sweep.State.ToString().ToLowerInvariant()}", time, sweep);
    }

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Options);
}
