using Microsoft.AspNetCore.Components;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Rendering;

namespace VinCxr.Server.Dashboard.Pages.Sweeps;

/// <summary>One sweep. All of its watchers share one feed; nothing is sent to a browser but what has changed in sight.</summary>
public sealed partial class SweepPage
{
    private static readonly string[] Tabs = ["matrix", "curves", "parameters", "leaderboard", "decisions", "file"];

    private SweepDetails? _details;
    private string? _shownSweep;
    private string _tab = Tabs[0];
    private bool _maySteer;

    /// <summary>Id, or name of the newest.</summary>
    [Parameter]
    public string Sweep { get; set; } = "";

    [Parameter]
    public string? Tab { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string DatasetName => _details!.Summary.Dataset.Split('@')[0];

    private string GpuHours => FormattableString.Invariant($"{_details!.GpuHours:0.##}") + (_details!.GpuHoursLimit is { } limit ? FormattableString.Invariant($" of {limit:0.##}") : "");

    private int Failed => _details!.Trials.Count(t => t.State == TrialState.Failed);

    private int Cancelled => _details!.Trials.Count(t => t.State == TrialState.Cancelled);

    private string TimeText => _details!.Summary is { EndedAt: { } ended } summary
        ? HumanText.Duration(ended - summary.SubmittedAt)
        : Remaining.Of(_details, Time.GetUtcNow()) is { } left ? HumanText.Duration(left) : "–";

    protected override async Task OnParametersSetAsync()
    {
        _tab = Tabs.Contains(Tab) ? Tab! : Tabs[0];
        if (_shownSweep == Sweep || (_details is not null && Sweep == _details.Summary.Id))
        {
            return;
        }

        _shownSweep = Sweep;
        try
        {
            var plane = await Caller.GetPlaneAsync();
            _details = await plane.GetSweepAsync(Sweep, Closed);
            _maySteer = await Caller.MaySteerAsync(_details.Summary);
            Follow(Caller.GuardAsync(nameof(IControlPlane.WatchSweepAsync), WatchAsync(_details.Summary.Id), Closed), details =>
            {
                _details = details.Summary.Id == _details.Summary.Id ? details : _details;
                return Task.CompletedTask;
            });
        }
        catch (VinCxrException error)
        {
            Fail(error);
        }
    }

    private async IAsyncEnumerable<SweepDetails> WatchAsync(string sweep)
    {
        while (true)
        {
            await using (var watch = Feeds.Watch(sweep))
            {
                await foreach (var details in watch.ReadWholeAsync(Closed))
                {
                    yield return details;
                }
            }

            // An ended sweep may be retried or extended, from here or elsewhere; the list says so, which all pages share.
            await foreach (var sweeps in Feeds.Sweeps.WatchAsync(Closed))
            {
                if (sweeps.Any(s => s.Id == sweep && s.EndedAt is null))
                {
                    break;
                }
            }
        }
    }
}
