using System.Diagnostics;

namespace VinCxr.Benchmarks.Stores;

/// <summary>The server that store benchmarks run against: <c>VINCXR_TEST_MONGO</c>, or our test server in a process of its own.</summary>
internal sealed class MongoBench : IDisposable
{
    private readonly Process? _process;

    private MongoBench(string uri, Process? process)
    {
        Uri = uri;
        _process = process;
    }

    /// <summary>Without database.</summary>
    public string Uri { get; }

    public static MongoBench Start()
    {
        if (Environment.GetEnvironmentVariable("VINCXR_TEST_MONGO") is { Length: > 0 } given)
        {
            return new MongoBench(given.TrimEnd('/'), process: null);
        }

        string server = Path.Combine(Path.GetDirectoryName(typeof(VinCxr.MongoServer.MongoTestServer).Assembly.Location)!, "VinCxr.MongoServer.dll");
        var start = new ProcessStartInfo("dotnet", [server]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        string uri = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{server}' did not start");
        return new MongoBench(uri, process);
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
