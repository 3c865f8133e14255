using Microsoft.AspNetCore.Components;
using MudBlazor;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Nodes;
using VinCxr.Core;
using VinCxr.Server.Security;

namespace VinCxr.Server.Dashboard.Pages.Nodes;

/// <summary>What the cluster has, what it does, and what it waits for, live.</summary>
public sealed partial class NodesPage
{
    private ClusterView? _view;
    private WaitingRow[] _waiting = [];
    private string _queue = "";
    private string? _problem;
    private bool _isOperator;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private DateTimeOffset Now => Clock.GetUtcNow();

    private string Summary
    {
        get
        {
            var nodes = _view?.Nodes ?? [];
            return $"{nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")}, {nodes.Sum(n => n.Running.Length)} trials on {nodes.Sum(n => n.Slots)} slots";
        }
    }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            _isOperator = await Caller.GetCallerAsync() is { Role: >= Role.Operator };
            var plane = await Caller.GetPlaneAsync();
            Show(await ClusterView.ReadAsync(plane, Closed));
            Follow(Caller.GuardAsync(nameof(IControlPlane.ListNodesAsync), Feeds.Cluster.WatchAsync(Closed), Closed), view =>
            {
                Show(view);
                return Task.CompletedTask;
            });
        }
        catch (VinCxrException error)
        {
            Failure = error;
        }
    }

    private void Show(ClusterView view)
    {
        _view = view;
        _waiting =
        [
            .. from queue in view.Queues
               where _queue.Length == 0 || queue.Name == _queue
               from waiting in queue.Waiting.Index()
               select new WaitingRow(queue.Name, waiting.Index + 1, waiting.Item),
        ];
    }

    private void Choose(ChangeEventArgs change)
    {
        _queue = change.Value as string ?? "";
        if (_view is not null)
        {
            Show(_view);
        }
    }

    private async Task DrainAsync(NodeSummary node, bool drain)
    {
        try
        {
            string running = node.Running.Length == 0 ? "It runs nothing now." : $"Its {node.Running.Length} running trials write a checkpoint and go on elsewhere.";
            bool? isSure = await Dialogs.ShowMessageBoxAsync(
                drain ? $"Drain {node.Name}?" : $"Let {node.Name} work again?",
                drain ? $"It takes no more work until this is undone. {running}" : "It takes work again from now on.",
                yesText: drain ? "Drain" : "Undo drain",
                cancelText: "Keep as it is");
            if (isSure == true)
            {
                var plane = await Caller.GetPlaneAsync();
                await plane.SetDrainAsync(node.Name, drain, Closed);
                _problem = null;
                Show(await ClusterView.ReadAsync(plane, Closed));
            }
        }
        catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
        {
            _problem = Api.Results.Problems.Of(error).Detail;
        }
    }
}
