namespace VinCxr.Cli.Cluster;

/// <summary>Reads logs that come page by page.</summary>
internal static class Pages
{
    /// <param name="read">Gives entries after a sequence number, oldest first, and none at the end.</param>
    public static async Task<List<T>> AllAsync<T>(Func<long, Task<IReadOnlyList<T>>> read, Func<T, long> sequenceOf, long after = 0)
    {
        var all = new List<T>();
        while (await read(after) is { Count: > 0 } page)
        {
            all.AddRange(page);
            after = sequenceOf(page[^1]);
        }

        return all;
    }
}
