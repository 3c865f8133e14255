using System.CommandLine;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary><c>vincxr ensemble</c>: variants whose predictions are fused.</summary>
internal static class EnsembleCommand
{
    public static Command Create(CliContext context) => new("ensemble", "Ensembles of a sweep's variants")
    {
        EnsembleShowCommand.Create(context),
        EnsemblePredictCommand.Create(context),
        SubmissionCommand.Create(context),
    };
}
