using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Dashboard.Access;
using VinCxr.Server.Dashboard.Pages.Sweeps;

namespace VinCxr.Server.Tests.Dashboard.Pages.Sweeps;

public sealed class SweepActionsTests : BunitContext
{
    public SweepActionsTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton(new PageCaller(null!, null!));
    }

    [Theory]
    [InlineData(SweepState.Running, 0, 0, "pause stop cancel")]
    [InlineData(SweepState.Paused, 0, 0, "resume stop cancel")]
    [InlineData(SweepState.Stopping, 2, 0, "cancel retry")]
    [InlineData(SweepState.Succeeded, 0, 3, "retry-cancelled")]
    [InlineData(SweepState.Succeeded, 0, 0, "")]
    public void Only_what_can_be_done_is_offered(SweepState state, int failed, int cancelled, string expected)
    {
        var actions = Render<SweepActions>(p => p.Add(a => a.Sweep, SampleSweep.Summary(4, state)).Add(a => a.Failed, failed).Add(a => a.Cancelled, cancelled));

        Assert.Equal(expected, string.Join(' ', actions.FindAll("button").Select(b => b.GetAttribute("data-testid"))));
    }

    /// <summary>The caller here leads nowhere: a call without the question would fail.</summary>
    [Fact]
    public async Task Cancel_asks_first()
    {
        var dialogs = Render<MudDialogProvider>();
        var actions = Render<SweepActions>(p => p.Add(a => a.Sweep, SampleSweep.Summary(4, SweepState.Running)));

        var click = actions.Find("[data-testid=cancel]").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("Cancel s?", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Keep it").ClickAsync();
        await click;

        Assert.DoesNotContain("Cancel s?", dialogs.Markup, StringComparison.Ordinal);
    }
}
