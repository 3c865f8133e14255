using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace VinCxr.Testing;

/// <summary>
/// A test that waits for ever is cancelled, so that it fails by name and does not hold up the run. Every test assembly has it; a test with a limit of
/// its own keeps that one.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestLimitAttribute : BeforeAfterTestAttribute
{
    /// <summary>Several times what the longest test takes on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Timer> _timers = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (test.Timeout > 0)
        {
            return;
        }

        var context = TestContext.Current;
        _timers[test.UniqueID] = new Timer(
            _ =>
            {
                context.TestOutputHelper?.WriteLine($"cancelled after {Limit.TotalMinutes:0} minutes");
                context.CancelCurrentTest();
            },
            null,
            Limit,
            System.Threading.Timeout.InfiniteTimeSpan);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_timers.TryRemove(test.UniqueID, out var timer))
        {
            timer.Dispose();
        }
    }
}
