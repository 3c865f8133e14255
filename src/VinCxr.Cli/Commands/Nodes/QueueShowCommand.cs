using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue show</c>: everything that waits, in the order it would start, and why it waits.</summary>
internal static class QueueShowCommand
{
    private static readonly Column<WaitingTrial>[] Columns =
    [
        new("trial", "Trial", w => w.TrialId),
        new("priority", "Priority", w => w.Priority, AlignRight: true),
        new("reason", "Waits because", w => w.Reason),
    ];

    private static readonly Column<UserUse>[] UserColumns =
    [
        new("user", "User", u => u.User),
        new("slot_hours", "Slot hours used", u => u.SlotHours, u => $"{u.SlotHours:0.##}", AlignRight: true),
        new("slots_in_use", "Slots in use", u => u.SlotsInUse, u => $"{u.SlotsInUse:0.##}", AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        var queue = new Argument<string>("queue") { Description = "Name of the queue", DefaultValueFactory = _ => "default" };
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("show", "One queue: its limits, fair share, and why each trial waits") { queue, output }.OnCluster(async (cluster, parse, _) =>
        {
            string name = parse.GetRequiredValue(queue);
            if (await cluster.Grains.Queues().FindAsync(name) is null)
            {
                throw new NotFoundException($"no queue '{name}', known are {string.Join(", ", (await cluster.Grains.Queues().ListAsync()).Select(q => q.Name))}");
            }

            QueueSummary summary = await cluster.Grains.GetGrain<ISchedulerGrain>(name).GetAsync();
            summary = summary with { Waiting = [.. summary.Waiting, .. await BehindAsync(cluster.Grains, summary)] };
            Renderer.Show(context, output.ValueOf(parse), summary, summary.Waiting, Columns, console =>
            {
                TableRenderer.WriteFacts(console, Facts(summary));
                if (summary.Users is { Length: > 0 } users)
                {
                    TableRenderer.Write(console, users, UserColumns, "");
                }

                TableRenderer.Write(console, summary.Waiting, Columns, "nothing waits");
            });
            return ExitCode.Done;
        });
    }

    /// <summary>Trials of long sweeps whose turn is far off: the scheduler keeps only the next ones of each sweep.</summary>
    private static async Task<IEnumerable<WaitingTrial>> BehindAsync(IGrainFactory grains, QueueSummary summary)
    {
        var listed = summary.Waiting.Select(w => w.TrialId).ToHashSet();
        var longLines = (summary.Lines ?? []).Where(l => l.Behind > 0);
        var details = await Task.WhenAll(longLines.Select(async line => (Line: line, Sweep: await grains.GetGrain<ISweepGrain>(line.SweepId).GetAsync())));
        return details.SelectMany(d => d.Sweep.Trials
            .Where(t => t.State == TrialState.Pending && !listed.Contains(t.Id))
            .Select(t => new WaitingTrial(t.Id, d.Line.Priority, $"{d.Line.Waiting - d.Line.Behind} trials of its sweep start before it")));
    }

    private static (string Name, string Value)[] Facts(QueueSummary summary)
    {
        List<(string, string)> facts = [("queue", summary.Name), ("running", $"{summary.Leased} trials on {summary.SlotsInUse:0.##} slots")];
        if (summary.Settings is { } limits)
        {
            facts.Add(("quota", $"{QueueListCommand.Quota(limits.Slots)}; a user {QueueListCommand.Quota(limits.UserSlots)}"));
            facts.Add(("weight", $"{limits.Weight:0.###}"));
            facts.Add(("fair share", $"past use counts half after {limits.HalfLifeHours:0.##} h"));
            facts.Add(("preempts", limits.Preempts ? "yes, by priority" : "no"));
        }

        facts.Add(("waiting", $"{summary.Waiting.Length} trials"));
        return [.. facts];
    }
}
