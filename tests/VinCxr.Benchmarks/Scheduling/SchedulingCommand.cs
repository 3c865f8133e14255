using System.CommandLine;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary><c>scheduling VERB</c>: throughput of the control plane with simulated trainers. Plain runs, since each is one long scenario.</summary>
internal static class SchedulingCommand
{
    public const string Name = "scheduling";

    public static Task<int> RunAsync(string[] args, TextWriter output)
    {
        var mongo = new Option<bool>("--mongo") { Description = "On the MongoDB test server in a process of its own (or VINCXR_TEST_MONGO) instead of SQLite", Recursive = true };
        return new RootCommand("Benchmarks of the control plane")
        {
            mongo, Store(mongo, output), Trials(mongo, output), Results(mongo, output), Agents(mongo, output), Watchers(output),
        }.Parse(args).InvokeAsync();
    }

    private static Command Store(Option<bool> mongo, TextWriter output)
    {
        Option<int> writers = Whole("--writers", "Writers at once", 1000);
        Option<int> seconds = Whole("--seconds", "Seconds of each measurement", 10);
        var command = new Command("store", "Durable appends and puts a second") { writers, seconds };
        command.SetAction((parse, _) => StoreBench.RunAsync(parse.GetValue(mongo), parse.GetValue(writers), parse.GetValue(seconds), output));
        return command;
    }

    private static Command Trials(Option<bool> mongo, TextWriter output)
    {
        Option<int> trials = Whole("--trials", "Trials of the sweep", 10_000);
        Option<int> slots = Whole("--slots", "Slots, a hundred per agent", 1000);
        Option<int> warmUp = Whole("--warm-up", "Trials of a sweep before that is not measured", 1000);
        Option<int> end = Whole("--end", "Seconds to wait for the sweep's last leaderboard and ensembles", 300);
        var command = new Command("trials", "Trials admitted and finished a second, overhead, memory, queries") { trials, slots, warmUp, end };
        command.SetAction((parse, cancellationToken) => TrialsBench.RunAsync(
            parse.GetValue(mongo), parse.GetValue(trials), parse.GetValue(slots), parse.GetValue(warmUp), parse.GetValue(end), output, cancellationToken));
        return command;
    }

    private static Command Results(Option<bool> mongo, TextWriter output)
    {
        Option<int> slots = Whole("--slots", "Trials that report at once", 1000);
        Option<int> seconds = Whole("--seconds", "Seconds of the measurement", 15);
        var command = new Command("results", "Durably recorded results a second") { slots, seconds };
        command.SetAction((parse, cancellationToken) =>
            ResultsBench.ThroughputAsync(parse.GetValue(mongo), parse.GetValue(slots), parse.GetValue(seconds), output, cancellationToken));
        return command;
    }

    private static Command Agents(Option<bool> mongo, TextWriter output)
    {
        Option<int> agents = Whole("--agents", "Agents with one slot each", 200);
        Option<int> seconds = Whole("--seconds", "Seconds of each trial", 60);
        var command = new Command("agents", "Many agents that report one result a second") { agents, seconds };
        command.SetAction((parse, cancellationToken) =>
            ResultsBench.AgentsAsync(parse.GetValue(mongo), parse.GetValue(agents), parse.GetValue(seconds), output, cancellationToken));
        return command;
    }

    private static Command Watchers(TextWriter output)
    {
        Option<int> trials = Whole("--trials", "Trials of each sweep", 5000);
        Option<int> slots = Whole("--slots", "Slots, a hundred per agent", 1000);
        Option<int> watchers = Whole("--watchers", "Event streams at once", 200);
        Option<int> pairs = Whole("--pairs", "Pairs of a sweep without and one with them", 4);
        var command = new Command("watchers", "Trials a second without and with watchers of the sweep over the API") { trials, slots, watchers, pairs };
        command.SetAction((parse, cancellationToken) => WatchersBench.RunAsync(
            parse.GetValue(trials), parse.GetValue(slots), parse.GetValue(watchers), parse.GetValue(pairs), output, cancellationToken));
        return command;
    }

    private static Option<int> Whole(string name, string description, int value) => new(name) { Description = description, DefaultValueFactory = _ => value };
}
