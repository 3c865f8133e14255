using System.Globalization;
using Microsoft.AspNetCore.Components;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Server.Dashboard.Access;

namespace VinCxr.Server.Dashboard.Pages.Datasets;

/// <summary>A data set by name, or by name and version.</summary>
public sealed partial class DatasetPage : IDisposable
{
    private const int VersionDigits = 12;

    private static readonly string[] Aspects = ["8:1", "2.8:1", "1:1", "1:2.8", "1:8"];
    private static readonly string[] Areas = ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"];

    private readonly CancellationTokenSource _closed = new();
    private DatasetInfo? _info;
    private DatasetStatistics? _statistics;
    private Exception? _failure;
    private int _class;

    /// <summary><c>name</c> or <c>name@sha256:hex</c>.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private PageCaller Caller { get; set; } = null!;

    private ClassStatistics[] Places { get; set; } = [];

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    /// <summary>The first digits of a version, enough for people.</summary>
    internal static string Short(string version) => version.Length <= VersionDigits ? version : version[..VersionDigits];

    protected override async Task OnParametersSetAsync()
    {
        try
        {
            var plane = await Caller.GetPlaneAsync();
            _info = await plane.GetDatasetAsync(Name, _closed.Token);
            _statistics = await plane.GetDatasetStatisticsAsync(Name, _closed.Token);
            Places = [.. _statistics.Classes.Where(c => c.Centres is not null).OrderByDescending(c => c.Boxes)];
            _class = Places.Length > 0 ? Places[0].ClassId : 0;
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
        }
        catch (VinCxrException error)
        {
            _failure = error;
        }
    }

    private static string Score(double? value) => value is { } score && double.IsFinite(score) ? score.ToString("0.00", CultureInfo.InvariantCulture) : "–";
}
