using Bunit;
using MudBlazor;
using MudBlazor.Services;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

namespace VinCxr.Server.Tests.Dashboard.Pages.Sweeps.Tabs;

public sealed class MatrixTabTests : BunitContext
{
    public MatrixTabTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(o => o.PopoverOptions.CheckForPopoverProvider = false);
    }

    [Fact]
    public void A_cell_says_what_its_trial_does()
    {
        var sweep = SampleSweep.Of(2, 2, SweepState.Running) with
        {
            Trials =
            [
                SampleSweep.Trial(0, 0, TrialState.Succeeded, 10, 0.25), SampleSweep.Trial(0, 1, TrialState.Running, 4, null),
                SampleSweep.Trial(1, 0, TrialState.Failed, 2, 0.1),
            ],
        };

        var matrix = Render<MatrixTab>(p => p.Add(m => m.Details, sweep));

        Assert.Equal(["0.250", "4/10", "failed"], matrix.FindAll("a.cell").Select(c => c.TextContent));
        Assert.Equal("Running", matrix.Find("[data-testid=cell-s-1-v0-f1]").GetAttribute("data-state"));
        Assert.Contains("--done: 40%", matrix.Find("[data-testid=cell-s-1-v0-f1]").GetAttribute("style"), StringComparison.Ordinal);
        Assert.Equal("/trials/s-1-v1-f0", matrix.Find("[data-testid=cell-s-1-v1-f0]").GetAttribute("href"));
    }

    [Fact]
    public async Task The_best_mean_comes_first_on_wish()
    {
        var matrix = Render<MatrixTab>(p => p.Add(m => m.Details, SampleSweep.Of(3, 2)));
        Assert.Equal(["v0", "v1", "v2"], Variants(matrix));

        var order = matrix.FindComponents<MudSelect<string>>()[0];
        await matrix.InvokeAsync(() => order.Instance.ValueChanged.InvokeAsync("best"));

        Assert.Equal(["v2", "v1", "v0"], Variants(matrix));
    }

    [Fact]
    public void A_change_of_the_sweep_is_seen()
    {
        var sweep = SampleSweep.Of(1, 1);
        var matrix = Render<MatrixTab>(p => p.Add(m => m.Details, sweep));

        matrix.Render(p => p.Add(m => m.Details, sweep with { Trials = [SampleSweep.Trial(0, 0, TrialState.Succeeded, 10, 0.75)] }));

        Assert.Equal("0.750", matrix.Find("a.cell").TextContent);
    }

    private static IEnumerable<string> Variants(IRenderedComponent<MatrixTab> matrix) => matrix.FindAll("tbody th").Select(t => t.TextContent);
}
