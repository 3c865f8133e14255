using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Dashboard.Charts;
using VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

namespace VinCxr.Server.Dashboard.Pages.Trials;

/// <summary>One trial: curves, log, budgets, files, and why it waits.</summary>
public sealed partial class TrialPage
{
    /// <summary>An open page holds no more lines than these; the command line has them all.</summary>
    private const int KeptLines = 5000;

    private readonly TrialCurve _curve = new();
    private readonly List<LogLine> _log = [];
    private TrialDetails? _details;
    private string? _standing;
    private IReadOnlyList<DecisionLine> _decisions = [];
    private TrialFeed.Place _place;
    private ElementReference _box;
    private bool _mayRetry;
    private bool _follows = true;
    private bool _isLogNew;

    [Parameter]
    public string Trial { get; set; } = "";

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var plane = await Caller.GetPlaneAsync();
            _details = await plane.GetTrialAsync(Trial, Closed);
            await ExplainAsync();
            _mayRetry = await Caller.MaySteerAsync((await plane.GetSweepAsync(_details.Summary.SweepId, Closed)).Summary);
            Follow(TrialFeed.WatchAsync(plane, Trial, _place, Time, Closed), TakeAsync);
        }
        catch (VinCxrException error)
        {
            Fail(error);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isLogNew && _follows)
        {
            _isLogNew = false;
            await Script.InvokeVoidAsync("vincxr.scrollToEnd", Closed, _box);
        }
    }

    private async Task TakeAsync(TrialFeed.News news)
    {
        _curve.Add(news.Metrics);
        _place = new TrialFeed.Place(news.Metrics.Count > 0 ? news.Metrics[^1].Sequence : _place.Metrics, news.Log.Count > 0 ? news.Log[^1].Sequence : _place.Log);
        if (news.Log.Count > 0)
        {
            _log.AddRange(news.Log);
            _log.RemoveRange(0, Math.Max(0, _log.Count - KeptLines));
            _isLogNew = true;
        }

        if (news.Trial is not null)
        {
            _details = await (await Caller.GetPlaneAsync()).GetTrialAsync(Trial, Closed);
            await ExplainAsync();
        }
    }

    private async Task ExplainAsync()
    {
        var explanation = await (await Caller.GetPlaneAsync()).ExplainTrialAsync(_details!.Summary.SweepId, Trial, Closed);
        (_standing, _decisions) = (explanation.Standing, explanation.Decisions);
    }

    private async Task RetryAsync()
    {
        try
        {
            var plane = await Caller.GetPlaneAsync();
            await plane.RetryTrialAsync(Trial, Closed);
            Notices.Add("The trial waits again", Severity.Success);
            Follow(TrialFeed.WatchAsync(plane, Trial, _place, Time, Closed), TakeAsync);
        }
        catch (VinCxrException error)
        {
            Notices.Add(error.Message, Severity.Error);
        }
    }

    private ChartSeries[] Line(string metric, string name) => [new ChartSeries(name, 0, _curve.Points(metric))];
}
