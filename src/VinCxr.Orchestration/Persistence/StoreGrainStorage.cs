using System.Text.Json;
using Orleans.Storage;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Persistence;

/// <summary>
/// Grain state as JSON documents of the store: collection <c>grain-{state name}</c>, id = grain key. A document whose etag is no longer
/// the one last read raises <see cref="InconsistentStateException"/>, on which Orleans drops the activation.
/// </summary>
public sealed class StoreGrainStorage(IStore store) : IGrainStorage
{
    /// <summary>Raised when a document's shape changes so that older code cannot read it.</summary>
    public const int SchemaVersion = 1;

    /// <exception cref="StoreException">The document is damaged, or written by newer code.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var document = await store.Documents.FindAsync(Collection(stateName), Id(grainId));
        grainState.RecordExists = document is not null;
        grainState.ETag = document?.Etag;
        if (document is null)
        {
            grainState.State = Activator.CreateInstance<T>();
            return;
        }

        var envelope = StateJson.Read<Envelope>(document.Json);
        if (envelope.Schema > SchemaVersion)
        {
            throw new StoreException(
                $"{Collection(stateName)}/{Id(grainId)} has schema {envelope.Schema}, this version reads up to {SchemaVersion}: update vincxr");
        }

        grainState.State = envelope.State.Deserialize<T>(StateJson.Options)
            ?? throw new StoreException($"{Collection(stateName)}/{Id(grainId)} holds no state");
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string json = StateJson.Write(new Envelope(SchemaVersion, JsonSerializer.SerializeToElement(grainState.State, StateJson.Options)));
        try
        {
            grainState.ETag = await store.Documents.PutAsync(Collection(stateName), Id(grainId), json, grainState.ETag);
            grainState.RecordExists = true;
        }
        catch (ConflictException error)
        {
            throw new InconsistentStateException(error.Message, "another writer's", grainState.ETag ?? "none", error);
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await store.Documents.DeleteAsync(Collection(stateName), Id(grainId));
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private static string Collection(string stateName) => $"grain-{stateName}";

    private static string Id(GrainId grainId) => grainId.Key.ToString() ?? throw new InvalidOperationException($"{grainId} has no key");

    private sealed record Envelope(int Schema, JsonElement State);
}
