using System.Text.Json;
using VinCxr.Core;
using VinCxr.Data.Csv;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Leakage;

/// <summary>Images that must share a fold: near-duplicates, or whatever a file says (patients, studies, hospitals).</summary>
public sealed class ImageGroups(IStore store)
{
    public const string None = "none";
    public const string NearDuplicatesName = "near_duplicates";

    private const string Collection = "image-groups";

    /// <summary>The groups that <c>folds.group_by</c> names: <c>none</c>, <c>near_duplicates</c> or a grouping stored for this version.</summary>
    /// <returns>Image id to group; images that are not in it stand alone.</returns>
    /// <exception cref="NotFoundException">No grouping of that name is stored.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ResolveAsync(
        DatasetManifest manifest, string groupBy, IProgress<int>? done = null, CancellationToken cancellationToken = default)
    {
        switch (groupBy)
        {
            case None:
                return new Dictionary<string, string>();
            case NearDuplicatesName:
                var signatures = await new SignatureSet(store).EnsureAsync(manifest, done, cancellationToken).ConfigureAwait(false);
                return NearDuplicates.Groups(NearDuplicates.Find(signatures, new DuplicateOptions()));
            default:
                return await store.Documents.FindAsync(Collection, DocumentId(manifest, groupBy), cancellationToken).ConfigureAwait(false) is { } stored
                    ? JsonSerializer.Deserialize<Dictionary<string, string>>(stored.Json, DataJson.Options)!
                    : throw new NotFoundException(
                        $"data set '{manifest.Name}' has no grouping '{groupBy}'; store one: vincxr dataset folds {manifest.Name} --group-by FILE.csv --save-groups {groupBy}");
        }
    }

    /// <summary>Keeps a grouping of this version under a name, for <c>folds.group_by</c> of sweeps; the name's earlier grouping is replaced.</summary>
    /// <exception cref="InvalidInputException">A name that means something else.</exception>
    public Task SaveAsync(DatasetManifest manifest, string name, IReadOnlyDictionary<string, string> groups, CancellationToken cancellationToken = default)
    {
        if (name is None or NearDuplicatesName or "" || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || !char.IsAsciiLetter(name[0]))
        {
            throw new InvalidInputException($"grouping name '{name}': use letters, digits, '.', '-' and '_', the first a letter; '{None}' and '{NearDuplicatesName}' are taken");
        }

        string json = JsonSerializer.Serialize(new SortedDictionary<string, string>(groups.ToDictionary(), StringComparer.Ordinal), DataJson.Options);
        return store.Documents.PutAsync(Collection, DocumentId(manifest, name), json, "*", cancellationToken);
    }

    /// <summary>Reads <c>image_id,group</c>; a <paramref name="column"/> of another name may hold the group.</summary>
    /// <exception cref="InvalidInputException">No such file or column, an empty value, an image twice or unknown; all bad lines are listed.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, DatasetManifest manifest, string column = "group")
    {
        using StreamReader text = CsvTable.OpenFile(path);
        using CsvTable table = CsvTable.Open(text, Path.GetFileName(path));
        int[] columns = table.Require("image_id", column);
        HashSet<string> known = [.. manifest.Images.Select(i => i.ImageId)];
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> errors = [];
        while (table.Read())
        {
            string image = table.Field(columns[0]).ToString(), group = table.Field(columns[1]).ToString();
            string? error = image.Length == 0 ? "image_id is empty"
                : group.Length == 0 ? $"{column} of image '{image}' is empty; leave the line out for an image that stands alone"
                : !known.Contains(image) ? $"image '{image}' is not in data set '{manifest.Name}'"
                : !groups.TryAdd(image, group) ? $"image '{image}' is listed twice"
                : null;
            if (error is not null)
            {
                errors.Add($"line {table.Line}: {error}");
            }
        }

        return errors.Count == 0 ? groups : throw new InvalidInputException($"groups '{Path.GetFileName(path)}'", errors);
    }

    private static string DocumentId(DatasetManifest manifest, string name) => $"{manifest.Version}/{name}";
}
