namespace VinCxr.Cli.Rendering;

/// <summary>One column of a table and of its CSV form.</summary>
/// <param name="Key">CSV header, snake_case.</param>
/// <param name="Title">Table header.</param>
/// <param name="Value">The value, as CSV writes it in full precision.</param>
/// <param name="Display">The value as people read it; by default <see cref="Text.Of"/>.</param>
internal sealed record Column<T>(string Key, string Title, Func<T, object?> Value, Func<T, string>? Display = null, bool AlignRight = false)
{
    public string DisplayOf(T row) => Display is null ? Text.Of(Value(row)) : Display(row);
}
