using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VinCxr.Faults.Tests.Storm;

internal enum ProxyMode
{
    Pass,

    /// <summary>New connections are closed at once, as if nobody listened; those that stand are cut when the mode is set.</summary>
    Refuse,

    /// <summary>Connections are taken and stand, but nothing passes.</summary>
    Hang,

    /// <summary>Every piece of data waits for a quarter of a second.</summary>
    Slow,
}

/// <summary>Stands between the silos and a server they need, and fails as networks and servers do.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(250);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _passing = Released();
    private volatile ProxyMode _mode;

    public FaultProxy(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Set(ProxyMode mode)
    {
        var before = _passing;
        _passing = mode == ProxyMode.Hang ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : Released();
        _mode = mode;
        before.TrySetResult();
        if (mode == ProxyMode.Refuse)
        {
            CutAll();
        }
    }

    public void CutAll()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _passing.TrySetResult();
        CutAll();
        await _accepting;
        _stop.Dispose();
    }

    private static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_mode == ProxyMode.Refuse)
                {
                    client.Dispose();
                }
                else
                {
                    _ = ServeAsync(client);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // Ending, or a client that went away before it was taken.
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                _open[client] = _open[server] = 0;
                await server.ConnectAsync(_target, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception error) when (IsEnd(error))
            {
                // Cut, by one side or by the test.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            var (source, target) = (from.GetStream(), to.GetStream());
            while (await source.ReadAsync(buffer, _stop.Token) is > 0 and int count)
            {
                await _passing.Task;
                if (_mode == ProxyMode.Slow)
                {
                    await Task.Delay(SlowBy, _stop.Token);
                }

                await target.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The other direction ends with this one.
        }
    }

    private static bool IsEnd(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
