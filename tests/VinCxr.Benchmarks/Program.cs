using BenchmarkDotNet.Running;
using VinCxr.Benchmarks.Peers;
using VinCxr.Testing;

if (args is [StopwatchLoop.Command])
{
    StopwatchLoop.Run(Console.In, Console.Out);
    return;
}

// Annotations with the counts of the real set, to time whole commands on.
if (args is ["annotations", { } path])
{
    VinBigDataShape.Create().WriteCsv(path);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
