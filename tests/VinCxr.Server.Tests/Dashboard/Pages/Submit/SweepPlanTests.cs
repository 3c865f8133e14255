using Bunit;
using VinCxr.Contracts.Api;
using VinCxr.Server.Dashboard.Pages.Submit;

namespace VinCxr.Server.Tests.Dashboard.Pages.Submit;

public sealed class SweepPlanTests : BunitContext
{
    public SweepPlanTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Fact]
    public void It_says_what_would_be_trained_and_what_that_takes()
    {
        var plan = Plan(2, trials: 10, new SweepCost("night", 60, 12_345, 0.25, 4, 2048, 12.5));

        Assert.Equal("2 variants × 5 folds = 10 trials", plan.Find("[data-testid=plan-trials]").TextContent);
        Assert.StartsWith("12,345", plan.Find("[data-testid=plan-epochs]").TextContent, StringComparison.Ordinal);
        Assert.Contains("2.1 GB", plan.Find("[data-testid=plan-memory]").TextContent, StringComparison.Ordinal);
        Assert.Equal("12.5 GPU hours", plan.Find("[data-testid=plan-budget]").TextContent);
        Assert.Contains("night, priority 60", plan.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("The first", plan.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_variants_it_says_how_many_it_lists_and_what_is_unknown()
    {
        var plan = Plan(1000, trials: 25_000, new SweepCost("default", 50, 1, 1, 8, null, null));

        Assert.Contains("The first 1000 of 5000.", plan.Markup, StringComparison.Ordinal);
        Assert.Equal(("unknown", "unlimited"), (plan.Find("[data-testid=plan-memory]").TextContent, plan.Find("[data-testid=plan-budget]").TextContent));
    }

    private IRenderedComponent<SweepPlan> Plan(int variants, int trials, SweepCost cost) => Render<SweepPlan>(p => p.Add(
        s => s.Report,
        new SweepFileReport([], [.. Enumerable.Range(0, variants).Select(i => new PlannedVariant($"v{i}", $"train.lr={i}", 3))], 5, trials, cost)));
}
