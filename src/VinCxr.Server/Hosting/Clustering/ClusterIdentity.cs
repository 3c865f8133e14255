using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>
/// Names under which the silos of a store meet in a shared table. Kept in the store, so that two stores on one table never meet and a server started
/// again finds the cluster it left.
/// </summary>
internal sealed record ClusterIdentity(string ClusterId, string ServiceId)
{
    private const string Collection = "server";
    private const string Id = "cluster";
    private const string Service = "vincxr";

    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task<ClusterIdentity> OfAsync(IStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(store, cancellationToken) is { } known)
            {
                return known;
            }

            try
            {
                string json = JsonSerializer.Serialize(new Entry($"{Guid.NewGuid():N}"), JsonSerializerOptions.Web);
                await store.Documents.PutAsync(Collection, Id, json, null, cancellationToken);
            }
            catch (ConflictException)
            {
                // Another process was first; its word counts.
            }
        }
    }

    /// <returns>The identity, or null when no silo of a shared table has ever served the store.</returns>
    public static async Task<ClusterIdentity?> FindAsync(IStore store, CancellationToken cancellationToken)
    {
        if (await store.Documents.FindAsync(Collection, Id, cancellationToken) is not { } stored)
        {
            return null;
        }

        try
        {
            string id = JsonSerializer.Deserialize<Entry>(stored.Json, JsonSerializerOptions.Web)!.Id;
            return new ClusterIdentity($"vincxr-{id}{OfFolder(store)}", Service);
        }
        catch (Exception error) when (error is JsonException or NullReferenceException)
        {
            throw new StoreException($"document {Collection}/{Id} of store '{store.Uri}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A copied folder is another store.</summary>
    private static string OfFolder(IStore store) => FileStoreSeat.DirectoryOf(store.Uri) is { } folder
        ? "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8]
        : "";

    private sealed record Entry(string Id);
}
