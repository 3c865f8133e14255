using System.Runtime.InteropServices;
using VinCxr.Cli;

using var interrupt = new CancellationTokenSource();

// The first signal asks the verb to end in order; a second one ends the process as the system would.
void OnSignal(PosixSignalContext signal)
{
    if (!interrupt.IsCancellationRequested)
    {
        signal.Cancel = true;
        interrupt.Cancel();
    }
}

using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

return await CliApp.RunAsync(args, Console.Out, Console.Error, interrupt.Token);
