using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VinCxr.Testing;

/// <summary>A real <c>redis-server</c> on a free port of the loopback that keeps nothing on the disk; may be stopped and started again.</summary>
public sealed class RedisServer : IDisposable
{
    /// <summary>Environment variable with the program to use instead of the one on PATH.</summary>
    public const string Variable = "VINCXR_TEST_REDIS";

    private readonly string _program;
    private readonly string? _password;
    private Process? _process;

    private RedisServer(string program, int port, string? password) => (_program, Port, _password) = (program, port, password);

    /// <summary>Why a test that needs the server is skipped, or null when it is here.</summary>
    public static string? Missing => Program is null ? $"no redis-server on PATH and {Variable} is not set" : null;

    public int Port { get; }

    /// <summary>Address without the password.</summary>
    public string Address => $"redis://127.0.0.1:{Port}";

    private static string? Program => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    /// <exception cref="InvalidOperationException">No redis-server is here; see <see cref="Missing"/>.</exception>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken, string? password = null)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var server = new RedisServer(Program ?? throw new InvalidOperationException(Missing), port, password);
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it empty on the port it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", Path.GetTempPath(),
            .. _password is null ? Array.Empty<string>() : ["--requirepass", _password],
        ];
        _process = Process.Start(new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.ReadAsync(() => PingAsync(cancellationToken), answered => answered, "answering", cancellationToken);
    }

    /// <summary>Ends it; what it knew is gone.</summary>
    public void Stop()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    public void Dispose() => Stop();

    private async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"redis-server ended with {_process.ExitCode} before it answered on port {Port}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[64];
            return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer, cancellationToken)) is ['+', ..] or ['-', 'N', 'O', 'A', ..];
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
