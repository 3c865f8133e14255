using Microsoft.AspNetCore.Components;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;

namespace VinCxr.Server.Dashboard.Pages.Sweeps;

/// <summary>All sweeps, newest first, with those that match what was typed; the address holds the filter.</summary>
public sealed partial class SweepListPage
{
    private IReadOnlyList<SweepSummary> _all = [];
    private SweepSummary[] _shown = [];
    private string? _text;
    private SweepState? _state;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    private string Count => (_shown.Length == _all.Count ? $"{_all.Count}" : $"{_shown.Length} of {_all.Count}") + (_all.Count == 1 ? " sweep" : " sweeps");

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var plane = await Caller.GetPlaneAsync();
            _all = await plane.ListSweepsAsync(Closed);
            Follow(Caller.GuardAsync(nameof(IControlPlane.ListSweepsAsync), Feeds.Sweeps.WatchAsync(Closed), Closed), sweeps =>
            {
                _all = sweeps;
                Select();
                return Task.CompletedTask;
            });
        }
        catch (VinCxrException error)
        {
            Fail(error);
        }
    }

    protected override void OnParametersSet()
    {
        _text = Text;
        _state = Enum.TryParse<SweepState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;
        Select();
    }

    private static string NameOf(string dataset) => dataset.Split('@')[0];

    private void Select() => _shown =
    [
        .. _all.Where(s => (_state is null || s.State == _state) && (string.IsNullOrWhiteSpace(_text) || Matches(s, _text.Trim()))).OrderByDescending(s => s.SubmittedAt),
    ];

    private static bool Matches(SweepSummary sweep, string text) =>
        new[] { sweep.Name, sweep.Id, sweep.User, NameOf(sweep.Dataset) }.Any(t => t?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private Task SearchAsync(string? text) => ShowAsync(text, _state);

    private Task ChooseAsync(SweepState? state) => ShowAsync(_text, state);

    private Task ShowAsync(string? text, SweepState? state)
    {
        (_text, _state) = (text, state);
        Select();
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrWhiteSpace(text) ? null : text, ["state"] = state?.ToString() }),
            replace: true);
        return Task.CompletedTask;
    }
}
