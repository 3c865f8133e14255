using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Storage;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Persistence;

/// <summary>
/// Grain state as JSON documents of the store: collection <c>grain-{state name}</c>, id = grain key. A document whose etag is no longer
/// the one last read raises <see cref="InconsistentStateException"/>, on which Orleans drops the activation. State of an older schema is lifted when it is
/// read, and stays as it is in the store until it is written next.
/// </summary>
/// <param name="schema">Null for that of this build.</param>
public sealed class StoreGrainStorage(IStore store, StateSchema? schema = null) : IGrainStorage
{
    private readonly StateSchema _schema = schema ?? StateSchema.Current;

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

        try
        {
            var envelope = StateJson.Read<Envelope<JsonElement>>(document.Json);
            var state = envelope.Schema == _schema.Version
                ? envelope.State.Deserialize<T>(StateJson.Options)
                : _schema.Lift(stateName, envelope.Schema, envelope.State.Deserialize<JsonNode>(StateJson.Options)).Deserialize<T>(StateJson.Options);
            grainState.State = state ?? throw new StoreException("holds no state");
        }
        catch (Exception error) when (error is StoreException or JsonException)
        {
            throw new StoreException($"{Collection(stateName)}/{Id(grainId)} {error.Message}", error);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string json = StateJson.Write(new Envelope<T?>(_schema.Version, grainState.State));
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

    /// <summary>Written in one pass; read with the state left as it stands, until its schema is known.</summary>
    private sealed record Envelope<TState>(int Schema, TState State);
}
