using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Core;

namespace VinCxr.Server.Webhooks;

/// <summary>
/// Sends what the outbox holds. Every server that is told of webhooks runs one; a delivery is taken by compare-and-set, so that one of them sends it, and
/// any of them when the first is gone. No silo leads, and none has to be waited for.
/// </summary>
internal sealed class WebhookDispatcher(
    WebhookOutbox outbox, WebhookSender sender, IReadOnlyList<WebhookTarget> targets, TimeProvider time, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    /// <summary>How long a delivery is its taker's: longer than an attempt can take.</summary>
    internal static readonly TimeSpan Claim = 3 * WebhookSender.Timeout;

    /// <summary>What other servers added, and left behind, is seen after this.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Deliveries to an address that nobody is told of any more are kept for a change of options that is taken back.</summary>
    private static readonly TimeSpan KeptUnknown = TimeSpan.FromDays(3);

    private readonly Dictionary<string, WebhookTarget> _targets = targets.ToDictionary(t => t.Id);
    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await outbox.WaitAsync(await LookAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was being sent is sent again by whoever finds it.
        }
    }

    /// <returns>Time until the next look.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pause = await SendDueAsync(cancellationToken);
            _isAway = false;
            return pause;
        }
        catch (StoreException error)
        {
            if (!_isAway)
            {
                WebhookLog.StoreAway(logger, error.Message);
            }

            _isAway = true;
            return Interval;
        }
    }

    private async Task<TimeSpan> SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var next = now + Interval;
        List<StoredDelivery> due = [];
        await foreach (var stored in outbox.ListAsync(cancellationToken))
        {
            if (!_targets.ContainsKey(stored.Delivery.Target))
            {
                if (stored.Delivery.Time < now - KeptUnknown)
                {
                    await outbox.RemoveAsync(stored, cancellationToken);
                }
            }
            else if (stored.Delivery.NextAt <= now)
            {
                due.Add(stored);
            }
            else if (stored.Delivery.NextAt < next)
            {
                next = stored.Delivery.NextAt;
            }
        }

        // One after the other to each address, so that a slow one holds up itself only.
        await Task.WhenAll(due.GroupBy(d => d.Delivery.Target).Select(async some =>
        {
            foreach (var stored in some)
            {
                await DeliverAsync(_targets[some.Key], stored, cancellationToken);
            }
        }));
        return due.Count > 0 ? TimeSpan.Zero : next - now;
    }

    private async Task DeliverAsync(WebhookTarget target, StoredDelivery stored, CancellationToken cancellationToken)
    {
        var delivery = stored.Delivery with { Attempts = stored.Delivery.Attempts + 1, NextAt = time.GetUtcNow() + Claim };
        if (await outbox.ReplaceAsync(stored, delivery, cancellationToken) is not { } taken)
        {
            return;
        }

        string? problem = await sender.SendAsync(target, delivery, cancellationToken);
        if (problem is null)
        {
            await outbox.RemoveAsync(taken, cancellationToken);
            WebhookLog.Delivered(logger, delivery.Type, delivery.EventId, target, delivery.Attempts);
        }
        else if (delivery.Attempts >= WebhookBackoff.MaxAttempts)
        {
            // Said before it is forgotten.
            WebhookLog.GivenUp(logger, delivery.Type, delivery.EventId, target, delivery.Attempts, problem);
            await outbox.RemoveAsync(taken, cancellationToken);
        }
        else
        {
            var pause = WebhookBackoff.After(delivery.Attempts, Random.Shared.NextDouble());
            await outbox.ReplaceAsync(taken, delivery with { NextAt = time.GetUtcNow() + pause }, cancellationToken);
            WebhookLog.TryingAgain(logger, delivery.Type, delivery.EventId, target, problem, pause.TotalSeconds);
        }
    }
}
