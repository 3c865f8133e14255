using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Scheduling;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue set</c>: creates a queue or changes some of its limits; the queue itself says what is wrong with them.</summary>
internal static class QueueSetCommand
{
    private const string NoLimit = "none";

    public static Command Create(CliContext context)
    {
        Argument<string> queue = ValueOptions.Argument("queue", "Name of the queue");
        Option<double?> slots = Quota("--slots", "Most slots its trials use at once");
        Option<double?> userSlots = Quota("--user-slots", "Most slots the trials of one user use at once");
        Option<double?> weight = new("--weight") { Description = "Share of free slots, relative to other queues with work [default: 1]", HelpName = "W" };
        Option<TimeSpan> halfLife = DurationOption.Create("--half-life", "Time after which past use counts half in fair share", TimeSpan.FromHours(24));
        Option<bool> preempt = ValueOptions.Flag("--preempt", "Higher priority takes slots from lower (the default)");
        Option<bool> noPreempt = ValueOptions.Flag("--no-preempt", "Running trials keep their slots until they end");
        var command = new Command("set", "Create a queue, or change what is given of its limits")
        {
            queue, slots, userSlots, weight, halfLife, preempt, noPreempt,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(preempt) && result.GetValue(noPreempt))
            {
                result.AddError("--preempt and --no-preempt exclude each other");
            }
        });
        return command.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string name = parse.GetRequiredValue(queue);
            QueueSettings? known = (await plane.ListQueuesAsync(cancellationToken)).FirstOrDefault(q => q.Name == name);
            QueueSettings settings = known ?? new QueueSettings(name);
            settings = settings with
            {
                Weight = parse.GetValue(weight) ?? settings.Weight,
                Slots = Given(slots) ? Limit(parse.GetValue(slots)) : settings.Slots,
                UserSlots = Given(userSlots) ? Limit(parse.GetValue(userSlots)) : settings.UserSlots,
                HalfLifeHours = Given(halfLife) ? parse.GetValue(halfLife).TotalHours : settings.HalfLifeHours,
                Preempts = (settings.Preempts || parse.GetValue(preempt)) && !parse.GetValue(noPreempt),
            };
            await plane.SetQueueAsync(settings, cancellationToken);
            context.Out.WriteLine($"queue {name} {(known is null ? "created" : "changed")}: "
                + $"weight {settings.Weight:0.###}, slots {QueueListCommand.Quota(settings.Slots)}, a user {QueueListCommand.Quota(settings.UserSlots)}, "
                + $"half-life {settings.HalfLifeHours:0.##} h, {(settings.Preempts ? "preempts" : "does not preempt")}");
            return ExitCode.Done;

            bool Given(Option option) => parse.GetResult(option) is { Implicit: false };
        });
    }

    /// <summary>A number, or <c>none</c> to lift the limit (read as infinity).</summary>
    private static Option<double?> Quota(string name, string description) => new(name)
    {
        Description = $"{description}, or {NoLimit} [default: {NoLimit}]",
        HelpName = "N",
        CustomParser = result => Parse(result, name),
    };

    private static double? Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[0].Value;
        if (text == NoLimit)
        {
            return double.PositiveInfinity;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
        {
            return value;
        }

        result.AddError($"{name}: '{text}' must be a number of slots or {NoLimit}");
        return null;
    }

    private static double? Limit(double? value) => value is double.PositiveInfinity ? null : value;
}
