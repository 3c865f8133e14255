using VinCxr.Core;
#if AZURECLUSTERING
using System.Net;
using Azure;
using Azure.Data.Tables;
#endif

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>Membership in an Azure table; in builds of the flavour AzureClustering only.</summary>
internal static class AzureMembership
{
    /// <summary>Environment variable with the connection string; a secret, so it is no option and never shown.</summary>
    public const string Variable = "VINCXR_AZURE_STORAGE";

#if AZURECLUSTERING
    private const string Table = "VinCxrSilos";
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Why this process cannot use it, or null.</summary>
    public static string? Problem()
    {
        try
        {
            _ = Service();
            return null;
        }
        catch (InvalidInputException error)
        {
            return error.Message;
        }
    }

    public static async Task<ISharedMembership> ConnectAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var service = Service();
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await service.CreateTableIfNotExistsAsync(Table, cancellationToken);
                return new Membership(service);
            }
            catch (RequestFailedException error) when (error.Status is 401 or 403)
            {
                throw new StoreException($"{service.Uri.Host} refuses the credentials in {Variable}", error);
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                if (TimeProvider.System.GetElapsedTime(start) + RetryInterval >= patience)
                {
                    throw new StoreException($"table storage at {service.Uri.Authority} cannot be reached, tried for {patience.TotalSeconds:0.#} s; check {Variable}", error);
                }

                await Task.Delay(RetryInterval, cancellationToken);
            }
        }
    }

    private static TableServiceClient Service()
    {
        string secret = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? text
            : throw new InvalidInputException($"--clustering azure needs the connection string of a storage account in {Variable}");
        try
        {
            return new TableServiceClient(secret);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            // The cause may quote the secret, so it is not passed on.
            throw new InvalidInputException($"{Variable} is no connection string of a storage account, which reads 'DefaultEndpointsProtocol=...;AccountName=...;AccountKey=...'");
        }
    }

    private sealed class Membership(TableServiceClient service) : ISharedMembership
    {
        public string Address => "azure";

        public void AddTo(ISiloBuilder silo) => silo.UseAzureStorageClustering(options => (options.TableServiceClient, options.TableName) = (service, Table));

        public void AddTo(IClientBuilder client) => client.UseAzureStorageClustering(options => (options.TableServiceClient, options.TableName) = (service, Table));

        public IPAddress OwnAddress() => SharedMemberships.TowardsHost(service.Uri.Host, service.Uri.Port);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
#else
    /// <summary>Why this process cannot use it, or null.</summary>
    public static string? Problem() => "--clustering azure is not in this build; build with -p:AzureClustering=true, or give redis://host:port";

    public static Task<ISharedMembership> ConnectAsync(TimeSpan patience, CancellationToken cancellationToken) => throw new InvalidInputException(Problem()!);
#endif
}
