using Microsoft.AspNetCore.Components;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Server.Api.Checks;
using VinCxr.Server.Dashboard.Access;
using VinCxr.Server.Security;

namespace VinCxr.Server.Dashboard.Pages.Submit;

/// <summary>Writes, checks and submits a sweep file; the address may name a data set to start with.</summary>
public sealed partial class SubmitPage : IDisposable
{
    private const int MistakesShown = 50;

    private readonly CancellationTokenSource _closed = new();
    private IReadOnlyList<DatasetEntry> _datasets = [];
    private string? _dataset;
    private int _example;
    private string _start = "";
    private YamlEditor? _editor;
    private SweepFileReport? _report;
    private Exception? _failure;
    private string? _problem;
    private bool _isSubmitting;

    /// <summary>The text that was submitted last and its key: sending the same again, as after an answer that was lost, gives the same sweep.</summary>
    private (string? Text, string Key) _sent = (null, "");

    [SupplyParameterFromQuery(Name = "dataset")]
    private string? Dataset { get; set; }

    [Inject]
    private PageCaller Caller { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IReadOnlyList<SweepFileMistake> Mistakes => _report?.Errors ?? [];

    private string Wording => _report is { Cost: not null, Trials: var trials } ? $"Submit {trials} trials" : "Submit";

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            if (await Caller.GetCallerAsync() is { Role: < Role.Submitter } caller)
            {
                throw new AccessDeniedException($"submitting takes the role {Policies.Submitter}; '{caller.User}' is {Roles.NameOf(caller.Role)}");
            }

            _datasets = await (await Caller.GetPlaneAsync()).ListDatasetsAsync(_closed.Token);
            _dataset = (_datasets.FirstOrDefault(d => d.Name == Dataset) ?? (_datasets.Count > 0 ? _datasets[0] : null))?.Name;
            _start = SweepExample.All[0].For(_dataset);
        }
        catch (VinCxrException error)
        {
            _failure = error;
        }
    }

    private async Task StartAsync()
    {
        if (_editor is not null && _example >= 0 && _example < SweepExample.All.Count)
        {
            await _editor.ReplaceAsync(SweepExample.All[_example].For(string.IsNullOrEmpty(_dataset) ? null : _dataset));
        }
    }

    private async Task CheckAsync(string yaml)
    {
        try
        {
            var report = await SweepFileCheck.RunAsync(await Caller.GetPlaneAsync(), yaml, _closed.Token);
            _problem = null;
            await ShowAsync(report);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
        }
        catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
        {
            Explain(error);
        }
    }

    private Task RefuseAsync(int length) =>
        ShowAsync(new SweepFileReport([new SweepFileMistake("", $"the file has {length} characters; at most {SweepFile.MaxLength} are allowed")], [], 0, 0));

    private async Task ShowAsync(SweepFileReport report)
    {
        _report = report;
        if (_editor is not null)
        {
            await _editor.MarkAsync([.. report.Errors.Take(MistakesShown).Select(e => e.Line).OfType<int>().Distinct()]);
        }
    }

    private Task GoToAsync(int line) => _editor?.GoToAsync(line) ?? Task.CompletedTask;

    private async Task SubmitAsync()
    {
        // A second click comes before the first has been answered.
        if (_isSubmitting || _editor is null)
        {
            return;
        }

        _isSubmitting = true;
        try
        {
            if (await _editor.ReadAsync() is { } yaml)
            {
                await CheckAsync(yaml);
                if (_report is { Cost: not null } && _problem is null)
                {
                    await SendAsync(yaml);
                }
            }
        }
        finally
        {
            _isSubmitting = false;
        }
    }

    private async Task SendAsync(string yaml)
    {
        if (_sent.Text != yaml)
        {
            _sent = (yaml, $"page-{Guid.NewGuid():N}");
        }

        try
        {
            var sweep = await (await Caller.GetPlaneAsync()).SubmitSweepAsync(new SubmitSweep(yaml, _sent.Key, null, null), _closed.Token);
            Navigation.NavigateTo($"/sweeps/{Uri.EscapeDataString(sweep.Id)}");
        }
        catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
        {
            Explain(error);
        }
    }

    private void Explain(Exception error) => _problem = Api.Results.Problems.Of(error).Detail;
}
