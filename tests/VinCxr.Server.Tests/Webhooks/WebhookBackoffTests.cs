using VinCxr.Server.Webhooks;

namespace VinCxr.Server.Tests.Webhooks;

public sealed class WebhookBackoffTests
{
    [Theory]
    [InlineData(1, 0, 2.5)]
    [InlineData(1, 1, 5)]
    [InlineData(4, 0.5, 30)]
    [InlineData(12, 1, 7200)]
    [InlineData(1000, 1, 7200)]
    public void The_pause_doubles_to_a_limit_and_half_of_it_is_chance(int attempts, double chance, double seconds) =>
        Assert.Equal(seconds, WebhookBackoff.After(attempts, chance).TotalSeconds, 6);

    [Fact]
    public void All_attempts_together_last_a_working_day() =>
        Assert.InRange(Enumerable.Range(1, WebhookBackoff.MaxAttempts - 1).Sum(n => WebhookBackoff.After(n, 0.5).TotalHours), 6, 12);
}
