using System.CommandLine;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep</c>: many trials from one file.</summary>
internal static class SweepCommand
{
    public static Command Create(CliContext context) => new("sweep", "Sweeps: check, submit, follow, steer")
    {
        ValidateCommand.Create(context),
        PreviewCommand.Create(context),
    };
}
