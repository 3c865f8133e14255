namespace VinCxr.Cli.Rendering;

/// <summary>Forms in which anything listed or shown can be written.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,
    Json,
    Yaml,

    /// <summary>Rows with a snake_case header; what is nested is left to JSON.</summary>
    Csv,
}
