using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Scheduling;

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
        return new Command("show", "One queue: its limits, fair share, and why each trial waits") { queue, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            QueueSummary summary = await plane.GetQueueAsync(parse.GetRequiredValue(queue), cancellationToken);
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
