using System.CommandLine;

namespace VinCxr.Cli.Commands.Model;

/// <summary><c>vincxr model</c>: detectors that can be trained.</summary>
internal static class ModelCommand
{
    public static Command Create(CliContext context) => new("model", "Model families and their sizes")
    {
        ModelListCommand.Create(context),
        ParamsCommand.Create(context),
    };
}
