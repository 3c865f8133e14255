using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Data.Tests.Stores.Mongo;
using VinCxr.MongoServer;
using VinCxr.Testing;

[assembly: AssemblyFixture(typeof(MongoTarget))]

namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>
/// The server that the MongoDB tests of this run use: <c>VINCXR_TEST_MONGO</c> (a URI without database), else a <c>mongod</c> on the PATH, started
/// as a replica set of one, else our own test server. Each test says in its output which one it was.
/// </summary>
public sealed class MongoTarget : IAsyncLifetime
{
    private const string Variable = "VINCXR_TEST_MONGO";
    private readonly TempDirectory _directory = new();
    private MongoTestServer? _own;
    private Process? _mongod;
    private MongoUrl? _url;

    /// <summary>Which server it is, for people.</summary>
    public string Description { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            _url = new MongoUrl(given);
            Description = $"the server of {Variable}";
        }
        else if (FindMongod() is { } path)
        {
            _url = await StartMongodAsync(path);
            Description = $"'{path}', a replica set of one";
        }
        else
        {
            _own = MongoTestServer.Start();
            _url = new MongoUrl(_own.Uri);
            Description = $"our own test server ({Variable} is not set and no mongod is on the PATH)";
        }

        TestContext.Current.SendDiagnosticMessage($"MongoDB tests run against {Description}");
    }

    /// <returns>URI of a database of that name, and a word in the test's output about the server.</returns>
    public string Uri(string database)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"MongoDB: {Description}");
        return new MongoUrlBuilder(_url!.Url) { DatabaseName = database }.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }

        if (_mongod is not null)
        {
            _mongod.Kill();
            await _mongod.WaitForExitAsync();
            _mongod.Dispose();
        }

        _directory.Dispose();
    }

    private static string? FindMongod() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "mongod"), Path.Combine(folder, "mongod.exe") })
        .FirstOrDefault(File.Exists);

    private async Task<MongoUrl> StartMongodAsync(string path)
    {
        int port = FreePort();
        string[] arguments = ["--dbpath", _directory.Path, "--port", $"{port}", "--bind_ip", "127.0.0.1", "--replSet", "rs0", "--quiet"];
        _mongod = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _mongod.OutputDataReceived += (_, _) => { };
        _mongod.BeginOutputReadLine();
        using var client = new MongoClient($"mongodb://127.0.0.1:{port}/?directConnection=true");
        var members = new BsonArray { new BsonDocument { { "_id", 0 }, { "host", $"127.0.0.1:{port}" } } };
        var initiate = new BsonDocument("replSetInitiate", new BsonDocument { { "_id", "rs0" }, { "members", members } });
        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(initiate);
        return new MongoUrl($"mongodb://127.0.0.1:{port}/?replicaSet=rs0");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
