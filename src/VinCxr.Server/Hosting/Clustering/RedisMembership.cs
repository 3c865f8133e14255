using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using StackExchange.Redis;
using VinCxr.Core;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>Membership in a hash of a Redis server. A server that is away stops changes of the membership, nothing else.</summary>
internal sealed class RedisMembership : ISharedMembership
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private const int AnswerMs = 3000;

    private readonly ClusteringAddress _address;
    private readonly ConfigurationOptions _configuration;
    private readonly ConnectionMultiplexer _connection;

    private RedisMembership(ClusteringAddress address, ConfigurationOptions configuration, ConnectionMultiplexer connection) =>
        (_address, _configuration, _connection) = (address, configuration, connection);

    public string Address => _address.ToString();

    /// <exception cref="StoreException">No answer within <paramref name="patience"/>, or the server refuses.</exception>
    public static async Task<RedisMembership> ConnectAsync(ClusteringAddress address, TimeSpan patience, CancellationToken cancellationToken)
    {
        var configuration = Configuration(address);
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var connection = await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken);
                try
                {
                    await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken);
                    return new RedisMembership(address, configuration, connection);
                }
                catch
                {
                    await connection.DisposeAsync();
                    throw;
                }
            }
            catch (Exception error) when (error is RedisException or TimeoutException or SocketException)
            {
                bool refused = error.Message.Contains("NOAUTH", StringComparison.Ordinal) || error.Message.Contains("WRONGPASS", StringComparison.Ordinal)
                    || error is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure };
                if (refused)
                {
                    throw new StoreException(
                        $"{address} refuses this user or password; give them as --clustering redis://USER:PASSWORD@HOST:PORT or in {ClusteringAddress.Variable}", error);
                }

                if (TimeProvider.System.GetElapsedTime(start) + RetryInterval >= patience)
                {
                    throw new StoreException($"{address} cannot be reached, tried for {patience.TotalSeconds:0.#} s; check --clustering and that the server runs", error);
                }

                await Task.Delay(RetryInterval, cancellationToken);
            }
        }
    }

    public void AddTo(ISiloBuilder silo)
    {
        silo.UseRedisClustering(Configure);
        silo.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<RedisTableKeeper>(services, _connection, Address));
    }

    public void AddTo(IClientBuilder client) => client.UseRedisClustering(Configure);

    public IPAddress OwnAddress() => SharedMemberships.TowardsHost(_address.Host, _address.Port);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Configure(RedisClusteringOptions options)
    {
        options.ConfigurationOptions = _configuration;
        options.CreateMultiplexer = _ => Task.FromResult<(IConnectionMultiplexer, bool)>((_connection, true));
    }

    private static ConfigurationOptions Configuration(ClusteringAddress address) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        DefaultDatabase = address.Database,
        Ssl = address.Tls,
        User = address.User,
        Password = address.Password,
        ClientName = "vincxr",
        ConnectTimeout = AnswerMs,
        SyncTimeout = AnswerMs,
        AsyncTimeout = AnswerMs,
        AbortOnConnectFail = true,
        ConnectRetry = 0,

        // While the server is away, an answer at once is better than a queue: the runtime asks again by itself.
        BacklogPolicy = BacklogPolicy.FailFast,
        ReconnectRetryPolicy = new LinearRetry(1000),
    };
}
