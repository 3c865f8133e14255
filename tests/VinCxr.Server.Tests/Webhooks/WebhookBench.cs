using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Server.Tests.Security;
using VinCxr.Server.Webhooks;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Webhooks;

/// <summary>A store with an outbox and as many dispatchers as a test starts, on a clock that the test moves.</summary>
internal sealed class WebhookBench : IAsyncDisposable
{
    public const string Secret = "a-secret-of-enough-length";

    private readonly TempDirectory _folder = new();
    private readonly WebhookSender _sender;
    private readonly ILoggerFactory _loggers;
    private readonly List<(WebhookDispatcher Dispatcher, WebhookOutbox Outbox)> _running = [];
    private readonly WebhookTarget[] _targets;
    private IStore _store = null!;

    private WebhookBench(WebhookTarget[] targets)
    {
        _targets = targets;
        _sender = new WebhookSender(new WebhookSecret(Encoding.UTF8.GetBytes(Secret)), Clock);
        _loggers = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public CapturedLogs Logs { get; } = new();

    public static async Task<WebhookBench> StartAsync(params string[] urls)
    {
        var bench = new WebhookBench([.. urls.Select(u => new WebhookTarget(new Uri(u)))]);
        bench._store = await StoreFactory.OpenAsync(bench._folder.Path, create: true, Cancel);
        return bench;
    }

    /// <summary>As an end that the registry was told of.</summary>
    public async Task<WebhookEvent> EndAsync(SweepState state = SweepState.Succeeded, string id = "lr-1a2b")
    {
        var sweep = new SweepSummary(id, "lr", state, "lungs", 4, 4, 0, 0.5, Clock.GetUtcNow(), Clock.GetUtcNow(), User: "ann");
        using var outbox = new WebhookOutbox(_store.Documents, _targets, Clock);
        await outbox.SweepEndedAsync(sweep);
        return WebhookEvent.Of(sweep);
    }

    public async Task StartDispatcherAsync()
    {
        var outbox = new WebhookOutbox(_store.Documents, _targets, Clock);
        var dispatcher = new WebhookDispatcher(outbox, _sender, _targets, Clock, _loggers.CreateLogger<WebhookDispatcher>());
        _running.Add((dispatcher, outbox));
        await dispatcher.StartAsync(Cancel);
    }

    /// <summary>As a server that ends, in the middle of whatever it does.</summary>
    public async Task StopDispatchersAsync()
    {
        foreach (var (dispatcher, outbox) in _running)
        {
            await dispatcher.StopAsync(CancellationToken.None);
            dispatcher.Dispose();
            outbox.Dispose();
        }

        _running.Clear();
    }

    /// <summary>Opens the store as the next process does.</summary>
    public async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = await StoreFactory.OpenAsync(_folder.Path, create: false, Cancel);
    }

    public async Task<IReadOnlyList<Delivery>> WaitingAsync()
    {
        using var outbox = new WebhookOutbox(_store.Documents, _targets, Clock);
        return [.. (await outbox.ListAsync(Cancel).ToListAsync(Cancel)).Select(s => s.Delivery)];
    }

    /// <summary>Lets time pass, but never during an attempt, until it is so.</summary>
    public Task PassAsync(Func<IReadOnlyList<Delivery>, bool> until, string what) => Eventually.ReadAsync(
        async () =>
        {
            var waiting = await WaitingAsync();
            if (!until(waiting) && waiting.Count > 0 && waiting.All(IsBetweenAttempts))
            {
                var left = waiting.Min(w => w.NextAt) - Clock.GetUtcNow();
                Clock.Advance(left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1));
            }

            return waiting;
        },
        until,
        what,
        Cancel);

    /// <summary>Checks a signature as a receiver does, with nothing of ours.</summary>
    /// <returns>The time in it.</returns>
    public static long Verify(Received request)
    {
        string[] parts = request.Signature.Split(',');
        string seconds = parts[0].Split('=')[1];
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{seconds}.{request.Body}"));
        Assert.Equal($"v1={Convert.ToHexStringLower(expected)}", parts[1]);
        return long.Parse(seconds, CultureInfo.InvariantCulture);
    }

    private bool IsBetweenAttempts(Delivery delivery)
    {
        string target = $"{_targets.Single(t => t.Id == delivery.Target)}:";
        return delivery.Attempts == Logs.Lines.Count(l =>
            l.Contains("trying again", StringComparison.Ordinal) && l.Contains(delivery.EventId, StringComparison.Ordinal) && l.Contains(target, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await StopDispatchersAsync();
        _sender.Dispose();
        _loggers.Dispose();
        Logs.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
