using MongoDB.Bson;

namespace VinCxr.MongoServer.Wire;

/// <summary>One command: its body and the documents that came beside it (sections of kind 1).</summary>
/// <param name="Sequences">Documents by field name, each as its own BSON bytes.</param>
/// <param name="IsLegacy">Came as OP_QUERY and is answered by OP_REPLY.</param>
/// <param name="WantsReply">False when the client said more is to come (unacknowledged writes).</param>
internal sealed record Request(
    int Id, BsonDocument Body, IReadOnlyDictionary<string, List<byte[]>> Sequences, bool IsLegacy, bool WantsReply)
{
    public string Name { get; } = Body.GetElement(0).Name;

    public string Database { get; } = Body.GetValue("$db", "admin").AsString;

    /// <summary>The collection of most commands: the value of their first element.</summary>
    public string Collection => Body[0] is BsonString name ? name.Value : "";

    /// <summary>Documents of a write command, wherever they came.</summary>
    public IReadOnlyList<byte[]> Documents(string field) =>
        Sequences.TryGetValue(field, out var found) ? found
        : Body.TryGetValue(field, out var array) ? [.. array.AsBsonArray.Select(d => d.AsBsonDocument.ToBson())] : [];
}
