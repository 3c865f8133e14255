using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using VinCxr.Core;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Dashboard.Access;
using VinCxr.Server.Dashboard.Live;

namespace VinCxr.Server.Dashboard.Components;

/// <summary>A page that follows something for as long as it is open.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private Task _following = Task.CompletedTask;

    /// <summary>What ended the page's view of the cluster, such as a revoked key; or null.</summary>
    protected Exception? Failure { get; set; }

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Closed => _closed.Token;

    [Inject]
    private protected PageCaller Caller { get; set; } = null!;

    [Inject]
    private protected LiveFeeds Feeds { get; set; } = null!;

    /// <summary>The request that the page is drawn for, first time only.</summary>
    [CascadingParameter]
    private protected HttpContext? Context { get; set; }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _closed.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    /// <summary>Shows what went wrong in place of the page; programs that load it see it by the status.</summary>
    protected void Fail(VinCxrException error)
    {
        Failure = error;
        if (Context is { Response.HasStarted: false })
        {
            Context.Response.StatusCode = Problems.Of(error).Status;
        }
    }

    /// <summary>Starts following once the page has a connection; nothing is followed for its first picture.</summary>
    protected void Follow<T>(IAsyncEnumerable<T> values, Func<T, Task> take)
    {
        if (RendererInfo.IsInteractive)
        {
            var before = _following;
            _following = Task.WhenAll(before, FollowAsync(values, take));
        }
    }

    private async Task FollowAsync<T>(IAsyncEnumerable<T> values, Func<T, Task> take)
    {
        try
        {
            await foreach (var value in values.WithCancellation(Closed).ConfigureAwait(false))
            {
                await InvokeAsync(async () =>
                {
                    await take(value);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (Closed.IsCancellationRequested)
        {
        }
        catch (VinCxrException error)
        {
            await InvokeAsync(() =>
            {
                Failure = error;
                StateHasChanged();
            });
        }
    }
}
