using System.Globalization;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>
/// Rows of one leaderboard in documents of some neighbouring variants each: variants finish about in order, so a refresh of a board of thousands writes
/// few of them. Every row follows from stored predictions, so rows of another writer are at worst computed again. Not thread-safe.
/// </summary>
internal sealed class VariantRowStore(IDocumentStore documents, string sweepId)
{
    private const string Collection = "leaderboard-rows";
    private const int VariantsPerPart = 64;

    private readonly Dictionary<string, ScoredVariant> _rows = [];

    public IReadOnlyDictionary<string, ScoredVariant> Rows => _rows;

    public async Task LoadAsync()
    {
        await foreach (var document in documents.ListAsync(Collection, $"{sweepId}/"))
        {
            foreach (var row in StateJson.Read<ScoredVariant[]>(document.Json))
            {
                _rows[row.Row.Variant] = row;
            }
        }
    }

    /// <summary>Adds or replaces rows, durably.</summary>
    public async Task SaveAsync(IReadOnlyList<ScoredVariant> changed)
    {
        foreach (var row in changed)
        {
            _rows[row.Row.Variant] = row;
        }

        var parts = changed.Select(r => PartOf(r.Row.Variant)).ToHashSet();
        foreach (var part in _rows.Values.GroupBy(r => PartOf(r.Row.Variant)).Where(g => parts.Contains(g.Key)))
        {
            await documents.PutAsync(Collection, string.Create(CultureInfo.InvariantCulture, $"{sweepId}/{part.Key:D6}"), StateJson.Write(part.ToArray()), "*");
        }
    }

    /// <summary>Takes rows over that were stored elsewhere, without writing them.</summary>
    public void Adopt(IEnumerable<ScoredVariant> rows)
    {
        foreach (var row in rows)
        {
            _rows.TryAdd(row.Row.Variant, row);
        }
    }

    // Variants are numbered v0, v1, ...
    private static int PartOf(string variant) => int.TryParse(variant.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number / VariantsPerPart : 0;
}
