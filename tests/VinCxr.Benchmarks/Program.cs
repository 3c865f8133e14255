using System.Globalization;
using BenchmarkDotNet.Running;
using VinCxr.Benchmarks.Peers;
using VinCxr.Benchmarks.Scheduling;
using VinCxr.Testing;

if (args is [StopwatchLoop.Command])
{
    StopwatchLoop.Run(Console.In, Console.Out);
    return 0;
}

// Annotations with the counts of the real set, to time whole commands on.
if (args is ["annotations", { } path])
{
    VinBigDataShape.Create().WriteCsv(path);
    return 0;
}

if (args is [WatchClients.Command, { } server, { } watchers])
{
    await WatchClients.RunAsync(new Uri(server), int.Parse(watchers, CultureInfo.InvariantCulture), Console.In, Console.Out);
    return 0;
}

if (args is [SchedulingCommand.Name, ..])
{
    return await SchedulingCommand.RunAsync(args[1..], Console.Out);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
