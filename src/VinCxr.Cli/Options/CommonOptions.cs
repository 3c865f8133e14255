using System.CommandLine;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Options;

/// <summary>Options that mean the same for every verb.</summary>
internal static class CommonOptions
{
    public const string StoreVariable = "VINCXR_STORE";

    public static string DefaultStore =>
        Environment.GetEnvironmentVariable(StoreVariable) is { Length: > 0 } uri
            ? uri
            : "file://" + Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vincxr", "store");

    public static Option<string> Store() => new("--store")
    {
        Description = "Where data and results are kept, as file:///path; $VINCXR_STORE sets the default",
        HelpName = "URI",
        DefaultValueFactory = _ => DefaultStore,
    };

    public static ChoiceOption<OutputFormat> Output() => new(
        "--output",
        "Form of the output",
        new Dictionary<string, OutputFormat>
        {
            ["table"] = OutputFormat.Table,
            ["json"] = OutputFormat.Json,
            ["yaml"] = OutputFormat.Yaml,
            ["csv"] = OutputFormat.Csv,
        },
        "table",
        "-o");
}
