using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using VinCxr.Core.Sweeps;
using VinCxr.Server.Dashboard.Assets;

namespace VinCxr.Server.Dashboard.Pages.Submit;

/// <summary>The text lives in the browser; the server is told of it after a pause in typing.</summary>
public sealed partial class YamlEditor : IAsyncDisposable
{
    /// <summary>Milliseconds without a key after which the text is sent.</summary>
    private const int Pause = 300;

    /// <summary>UTF-8 takes up to three bytes for a UTF-16 character.</summary>
    private const int MaxBytes = 3 * (SweepFile.MaxLength + 1);

    private ElementReference _root;
    private DotNetObjectReference<YamlEditor>? _self;
    private IJSObjectReference? _module;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Text at first; later ones are put in by <see cref="ReplaceAsync"/>.</summary>
    [Parameter, EditorRequired]
    public string Start { get; set; } = "";

    [Parameter]
    public bool IsWrong { get; set; }

    /// <summary>Id of the element that lists the mistakes.</summary>
    [Parameter]
    public string? DescribedBy { get; set; }

    /// <summary>Told the text when it has changed, and once at first; the next is not sent before this has ended.</summary>
    [Parameter, EditorRequired]
    public EventCallback<string> OnText { get; set; }

    /// <summary>Told the length of a text of more than <see cref="SweepFile.MaxLength"/> characters, which is not sent.</summary>
    [Parameter, EditorRequired]
    public EventCallback<int> OnTooLong { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnSubmit { get; set; }

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    [Inject]
    private EmbeddedAssets Embedded { get; set; } = null!;

    /// <returns>The text as it is now; null when it is too long.</returns>
    public async Task<string?> ReadAsync() =>
        _module is not null && await ReadAsync(await _module.InvokeAsync<IJSStreamReference>("read", _root, SweepFile.MaxLength)) is { Length: <= SweepFile.MaxLength } text ? text : null;

    /// <summary>Puts another text in place; the browser's undo brings the old one back.</summary>
    public async Task ReplaceAsync(string text)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("replace", _root, text);
        }
    }

    /// <param name="lines">From 1.</param>
    public async Task MarkAsync(IReadOnlyList<int> lines)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("mark", _root, lines);
        }
    }

    /// <summary>Selects a line, numbered from 1.</summary>
    public async Task GoToAsync(int line)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("goTo", _root, line);
        }
    }

    [JSInvokable]
    public async Task TakeAsync(IJSStreamReference text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (await ReadAsync(text) is { } read)
        {
            await OnText.InvokeAsync(read);
        }
        else
        {
            await OnTooLong.InvokeAsync((int)Math.Min(text.Length, int.MaxValue));
        }
    }

    [JSInvokable]
    public Task RefuseAsync(int length) => OnTooLong.InvokeAsync(length);

    [JSInvokable]
    public Task SubmitAsync() => OnSubmit.InvokeAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("detach", _root);
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and has taken all of it along.
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Script.InvokeAsync<IJSObjectReference>("import", Embedded.UrlOf("dashboard/editor.js"));
            await _module.InvokeVoidAsync("attach", _root, _self, SweepFile.MaxLength, Pause);
        }
    }

    private static async Task<string?> ReadAsync(IJSStreamReference text)
    {
        await using (text)
        {
            if (text.Length > MaxBytes)
            {
                return null;
            }

            await using var bytes = await text.OpenReadStreamAsync(MaxBytes);
            using var reader = new StreamReader(bytes, Encoding.UTF8);
            return await reader.ReadToEndAsync();
        }
    }
}
