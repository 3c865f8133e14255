using System.Net;
using System.Net.Sockets;

namespace VinCxr.Cli.Tests.Commands.Remote;

/// <summary>Passes connections on to a server, cuts the first of them after so many bytes from the client, and passes no more than so many in all.</summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly int _bytes;
    private readonly long _most;
    private readonly Task _running;
    private int _cuts;
    private long _passed;

    /// <param name="cuts">Connections that are cut.</param>
    /// <param name="bytes">What comes through before that.</param>
    /// <param name="most">Bytes from clients after which nothing comes through any more.</param>
    public FlakyProxy(Uri server, int cuts, int bytes, long most = long.MaxValue)
    {
        (_server, _cuts, _bytes, _most) = (server, cuts, bytes, most);
        _listener.Start();
        _running = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>Connections yet to be cut.</summary>
    public int CutsLeft => Math.Max(0, Volatile.Read(ref _cuts));

    /// <summary>Bytes that clients have sent.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                await Task.WhenAny(UpAsync(client, server), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // Either end is gone.
            }
        }
    }

    private async Task UpAsync(TcpClient client, TcpClient server)
    {
        byte[] buffer = new byte[16 * 1024];
        long passed = 0;
        for (int read; (read = await client.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
        {
            passed += read;
            if (Interlocked.Add(ref _passed, read) > _most)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            if (passed > _bytes && Interlocked.Decrement(ref _cuts) >= 0)
            {
                client.Client.Close(0);
                server.Client.Close(0);
                return;
            }
        }
    }
}
