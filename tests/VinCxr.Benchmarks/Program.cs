using BenchmarkDotNet.Running;
using VinCxr.Benchmarks.Peers;

if (args is [StopwatchLoop.Command])
{
    StopwatchLoop.Run(Console.In, Console.Out);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
