using System.CommandLine;
using System.Diagnostics;
using VinCxr.Cli.Options;
using VinCxr.Training.Process;

namespace VinCxr.Cli.Commands.Serve;

/// <summary><c>vincxr trainer</c>: the process of one trial attempt, started by an agent; its protocol is NDJSON over stdin and stdout.</summary>
internal static class TrainerCommand
{
    public static Command Create(CliContext context)
    {
        Option<string> job = ValueOptions.Required("--job", "Job file (JSON)", "FILE");
        var command = new Command("trainer", "Run one training attempt for an agent") { job };
        command.Hidden = true;

        // Ctrl-C on a terminal reaches the agent as well, which then asks for a checkpoint; ending at once would lose it.
        command.SetAction(async (parse, _) =>
        {
            int code = await TrainerEntry.RunAsync(parse.GetRequiredValue(job), Console.In, context.Out, context.Error, CancellationToken.None);
            if (code == TrainerEntry.Orphaned)
            {
                // Native libraries may wait for ever in their exit handlers for work that still runs; an orphan must let go of its device now.
                Process.GetCurrentProcess().Kill();
            }

            return code;
        });
        return command;
    }
}
