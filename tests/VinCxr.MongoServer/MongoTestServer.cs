using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using VinCxr.MongoServer.Commands;
using VinCxr.MongoServer.Faults;
using VinCxr.MongoServer.Storage;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer;

/// <summary>
/// A server that speaks the MongoDB wire protocol well enough for MongoDB.Driver 3.14, for tests where no <c>mongod</c> can be installed, and
/// breaks off on demand. It is: in memory; a replica set of one primary that says it has wire version 21 (7.0), so drivers use sessions and
/// retryable writes; OP_QUERY for the first handshake and OP_MSG (sections of kind 0 and 1, checksum flag, more-to-come) for the rest; replies of
/// at most 16 MB with cursors; unique and sparse indexes that are enforced; the query and update operators of Query/, any other being answered with
/// an error. It is not: durable, secured (no TLS, no authentication), compressed, replicated, or a judge of performance; read and write concerns
/// are accepted and always met. There are no transactions, aggregation beyond counting, collations, TTL or change streams.
/// </summary>
public sealed class MongoTestServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Task> _connections = new();
    private readonly CommandTable _commands;
    private readonly Task _accepting;

    private MongoTestServer(TcpListener listener)
    {
        _listener = listener;
        Address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        _commands = new CommandTable(Address, new Catalog(), Counters);
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    public string Uri => $"mongodb://{Address}";

    public ServerCounters Counters { get; } = new();

    /// <summary>What goes wrong, from now on.</summary>
    public FaultPolicy Faults { get; set; } = FaultPolicy.None;

    /// <param name="port">0 for any free one.</param>
    public static MongoTestServer Start(int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return new MongoTestServer(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (int id = 1; !_stopping.IsCancellationRequested; id++)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                return;
            }

            var connection = new Connection(socket, id, this, _commands);
            int key = id;
            var task = Task.Run(() => connection.RunAsync(_stopping.Token));
            _connections[key] = task;
            _ = task.ContinueWith(_ => _connections.TryRemove(key, out Task? _), TaskScheduler.Default);
        }
    }
}
