using System.Text.Json;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Webhooks;

namespace VinCxr.Server.Tests.Webhooks;

public sealed class WebhookDispatcherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SweepState.Succeeded, "sweep.succeeded")]
    [InlineData(SweepState.Failed, "sweep.failed")]
    [InlineData(SweepState.Cancelled, "sweep.cancelled")]
    public async Task An_end_arrives_once_signed_with_what_happened(SweepState state, string type)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        var sent = await bench.EndAsync(state);
        await bench.StartDispatcherAsync();
        await bench.PassAsync(w => w.Count == 0, "delivered");

        var request = Assert.Single(receiver.Requests);
        WebhookBench.Verify(request);
        Assert.Equal(sent.Id, request.EventId);
        var json = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal((sent.Id, type), (json.GetProperty("id").GetString(), json.GetProperty("type").GetString()));
        Assert.Equal(sent.Time, json.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(("lr-1a2b", $"{state}", "ann"), (Text(json, "id"), Text(json, "state"), Text(json, "user")));
    }

    [Fact]
    public async Task What_fails_comes_again_later_and_later_with_the_same_id_and_body()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        receiver.Answer = context => WebhookReceiver.Status(receiver.Requests.Count < 4 ? 503 : 200)(context);
        await bench.EndAsync();
        await bench.StartDispatcherAsync();
        await bench.PassAsync(w => w.Count == 0, "delivered");

        Assert.Equal(4, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(r => (r.EventId, r.Body)).Distinct());
        long[] times = [.. receiver.Requests.Select(WebhookBench.Verify)];
        Assert.True(times[1] - times[0] >= 2 && times[2] - times[1] >= 5 && times[3] - times[2] >= 10, string.Join(' ', times));
        Assert.Equal(3, bench.Logs.Lines.Count(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("the answer was 503; trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_given_up_in_the_end_and_no_line_shows_the_secret_or_the_rest_of_the_address()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        receiver.Answer = WebhookReceiver.Status(500);
        await bench.EndAsync();
        await bench.StartDispatcherAsync();
        await bench.PassAsync(w => w.Count == 0, "given up");

        Assert.Equal(WebhookBackoff.MaxAttempts, receiver.Requests.Count);
        Assert.Single(bench.Logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("is given up", StringComparison.Ordinal));
        Assert.DoesNotContain(bench.Logs.Lines, l => l.Contains(WebhookBench.Secret, StringComparison.Ordinal) || l.Contains("in-the-query", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_leads_nowhere()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await bench.EndAsync();
        await bench.StartDispatcherAsync();
        await bench.PassAsync(_ => receiver.Requests.Count >= 2, "tried again");

        Assert.All(receiver.Requests, r => Assert.Equal("/hook", r.Path));
        Assert.Contains(bench.Logs.Lines, l => l.Contains("the answer was 302", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_and_one_that_never_comes_is_not_waited_for()
    {
        await using var endless = await WebhookReceiver.StartAsync();
        await using var silent = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(endless.Url, silent.Url);
        var hungUp = new TaskCompletionSource();
        endless.Answer = async context =>
        {
            byte[] much = new byte[1 << 16];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(much, CancellationToken.None);
            }

            hungUp.SetResult();
        };
        silent.Answer = context => silent.Requests.Count > 1 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, context.RequestAborted);
        await bench.EndAsync();
        await bench.StartDispatcherAsync();
        await bench.PassAsync(w => w.Count == 1 && silent.Requests.Count == 1, "one delivered, one waited for");
        bench.Clock.Advance(WebhookSender.Timeout);
        await bench.PassAsync(w => w.Count == 0, "both delivered");
        await hungUp.Task.WaitAsync(Cancel);

        Assert.Single(endless.Requests);
        Assert.Equal(2, silent.Requests.Count);
        Assert.Contains(bench.Logs.Lines, l => l.Contains("no answer within 10 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_server_left_behind_in_the_middle_of_sending_the_next_one_sends()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        receiver.Answer = context => receiver.Requests.Count > 1 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, context.RequestAborted);
        await bench.EndAsync();
        await bench.StartDispatcherAsync();
        await bench.PassAsync(_ => receiver.Requests.Count == 1, "sending");
        await bench.StopDispatchersAsync();
        Assert.Equal(1, Assert.Single(await bench.WaitingAsync()).Attempts);

        await bench.ReopenAsync();
        bench.Clock.Advance(WebhookDispatcher.Claim);
        await bench.StartDispatcherAsync();
        await bench.PassAsync(w => w.Count == 0, "delivered");
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(r => r.EventId).Distinct());
    }

    [Fact]
    public async Task Several_servers_of_a_store_send_each_event_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var bench = await WebhookBench.StartAsync(receiver.Url);
        string[] sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (await bench.EndAsync(id: $"lr-{i:0000}")).Id));
        for (int i = 0; i < 3; i++)
        {
            await bench.StartDispatcherAsync();
        }

        await bench.PassAsync(w => w.Count == 0, "delivered");
        Assert.Equal(sent.Order(), receiver.Requests.Select(r => r.EventId).Order());
    }

    [Fact]
    public async Task The_same_end_told_twice_is_one_event()
    {
        await using var bench = await WebhookBench.StartAsync("http://127.0.0.1:1/hook");
        var first = await bench.EndAsync();
        Assert.Equal(first.Id, (await bench.EndAsync()).Id);
        Assert.Single(await bench.WaitingAsync());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty("sweep").GetProperty(name).GetString();
}
