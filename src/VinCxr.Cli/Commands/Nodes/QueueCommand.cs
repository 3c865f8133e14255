using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Scheduling;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue ls</c>: what waits, in the order it would start, and why it waits.</summary>
internal static class QueueCommand
{
    private const string DefaultQueue = "default";

    private static readonly Column<WaitingRow>[] Columns =
    [
        new("queue", "Queue", w => w.Queue),
        new("trial", "Trial", w => w.Trial),
        new("priority", "Priority", w => w.Priority, AlignRight: true),
        new("reason", "Waits because", w => w.Reason),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        Command list = new Command("ls", "Queues with their waiting trials") { output }.OnCluster(async (cluster, parse, _) =>
        {
            string[] names = [.. (await cluster.Grains.Registry().GetActiveQueuesAsync()).Append(DefaultQueue).Distinct().Order()];
            QueueSummary[] queues = await Task.WhenAll(names.Select(n => cluster.Grains.GetGrain<ISchedulerGrain>(n).GetAsync()));
            WaitingRow[] waiting = [.. queues.SelectMany(q => q.Waiting.Select(w => new WaitingRow(q.Name, w.TrialId, w.Priority, w.Reason)))];
            Renderer.Show(context, output.ValueOf(parse), queues, waiting, Columns, console =>
            {
                TableRenderer.WriteFacts(console, [.. queues.Select(q => ($"queue {q.Name}", $"{q.Leased} running, {q.Waiting.Length} waiting"))]);
                if (waiting.Length > 0)
                {
                    TableRenderer.Write(console, waiting, Columns, "");
                }
            });
            return ExitCode.Done;
        });
        return new Command("queue", "Work that waits") { list };
    }

    private sealed record WaitingRow(string Queue, string Trial, int Priority, string Reason);
}
