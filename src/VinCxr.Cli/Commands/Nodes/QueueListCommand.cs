using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Scheduling;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue ls</c>: the queues, their limits and how full they are.</summary>
internal static class QueueListCommand
{
    private const string Unlimited = "no limit";

    private static readonly Column<QueueRow>[] Columns =
    [
        new("name", "Queue", q => q.Name),
        new("weight", "Weight", q => q.Weight, q => $"{q.Weight:0.###}", AlignRight: true),
        new("slots_in_use", "In use", q => q.SlotsInUse, q => $"{q.SlotsInUse:0.##}", AlignRight: true),
        new("slots", "Slots", q => q.Slots, q => Quota(q.Slots), AlignRight: true),
        new("user_slots", "Slots a user", q => q.UserSlots, q => Quota(q.UserSlots), AlignRight: true),
        new("half_life_hours", "Half-life", q => q.HalfLifeHours, q => $"{q.HalfLifeHours:0.##} h", AlignRight: true),
        new("preempts", "Preempts", q => q.Preempts),
        new("running", "Running", q => q.Running, AlignRight: true),
        new("waiting", "Waiting", q => q.Waiting, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("ls", "Queues with their limits and how full they are") { output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            IReadOnlyList<QueueSettings> queues = await plane.ListQueuesAsync(cancellationToken);
            QueueRow[] rows = await Task.WhenAll(queues.Select(async q => Row(q, await plane.GetQueueAsync(q.Name, cancellationToken))));
            Renderer.List(context, output.ValueOf(parse), rows, Columns, "");
            return ExitCode.Done;
        });
    }

    public static string Quota(double? slots) => slots is { } limit ? $"{limit:0.##}" : Unlimited;

    private static QueueRow Row(QueueSettings queue, QueueSummary now) => new(
        queue.Name, queue.Weight, now.SlotsInUse, queue.Slots, queue.UserSlots, queue.HalfLifeHours, queue.Preempts, now.Leased,
        now.Lines?.Sum(l => l.Waiting) ?? now.Waiting.Length);

    private sealed record QueueRow(
        string Name, double Weight, double SlotsInUse, double? Slots, double? UserSlots, double HalfLifeHours, bool Preempts, int Running, int Waiting);
}
