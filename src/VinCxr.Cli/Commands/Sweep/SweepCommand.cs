using System.CommandLine;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep</c>: many trials from one file.</summary>
internal static class SweepCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("sweep", "Sweeps: check, submit, follow, steer")
        {
            ValidateCommand.Create(context),
            PreviewCommand.Create(context),
            SubmitCommand.Create(context),
            SubmitCommand.CreateFork(context),
            SweepListCommand.Create(context),
            SweepShowCommand.Create(context),
            WatchCommand.Create(context),
            ExplainCommand.Create(context),
            SweepReopenCommands.CreateRetry(context),
            SweepReopenCommands.CreateExtend(context),
        };
        foreach (Command verb in SweepSteerCommands.Create(context))
        {
            command.Add(verb);
        }

        return command;
    }
}
