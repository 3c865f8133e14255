using System.Collections.Concurrent;

namespace VinCxr.MongoServer.Storage;

/// <summary>All collections by <c>database.collection</c>.</summary>
internal sealed class Catalog
{
    private readonly ConcurrentDictionary<string, Collection> _collections = new(StringComparer.Ordinal);

    public Collection? Find(string database, string name) => _collections.GetValueOrDefault($"{database}.{name}");

    public Collection GetOrCreate(string database, string name) => _collections.GetOrAdd($"{database}.{name}", static full => new Collection(full));

    public bool Drop(string database, string name) => _collections.TryRemove($"{database}.{name}", out _);

    public IEnumerable<string> Names(string database) => _collections.Keys
        .Where(k => k.StartsWith(database + ".", StringComparison.Ordinal))
        .Select(k => k[(database.Length + 1)..])
        .Order(StringComparer.Ordinal);
}
