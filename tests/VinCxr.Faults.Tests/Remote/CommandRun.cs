using VinCxr.Cli;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Remote;

/// <summary>A command line in this process that goes on while a test does other things. No wait for it is without a limit.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly TextWriter _safeOut;
    private readonly TextWriter _safeError;
    private readonly Task<int> _run;

    public CommandRun(params string[] arguments)
    {
        (_safeOut, _safeError) = (TextWriter.Synchronized(_out), TextWriter.Synchronized(_error));
        _run = Task.Run(() => CliApp.RunAsync(arguments, _safeOut, _safeError, _stop.Token));
    }

    public string Out => Text(_safeOut, _out);

    public string Error => Text(_safeError, _error);

    /// <summary>Waits until what it has written, on either side, is as wanted.</summary>
    public Task SaysAsync(Func<string, bool> wanted, string what) => Eventually.ReadAsync(
        () => Task.FromResult($"{Error}{Out}"),
        text => _run.IsCompleted && !wanted(text) ? throw new InvalidOperationException($"ended: {text}") : wanted(text),
        what, TestContext.Current.CancellationToken, Limit);

    /// <returns>What it wrote, once it has ended well.</returns>
    public async Task<string> DoneAsync()
    {
        int code = await _run.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.True(code == 0, $"exit {code}: {Error} {Out}");
        return Out;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_run).WaitAsync(Limit, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _safeOut.DisposeAsync();
        await _safeError.DisposeAsync();
    }

    /// <summary>The synchronized writer locks itself while it writes.</summary>
    private static string Text(TextWriter safe, StringWriter text)
    {
        lock (safe)
        {
            return text.ToString();
        }
    }
}
