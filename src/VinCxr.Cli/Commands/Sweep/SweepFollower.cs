using Spectre.Console;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>Shows a sweep on stderr until it has ended: a live matrix on a terminal, a line per change elsewhere.</summary>
internal static class SweepFollower
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <returns>The sweep as it ended.</returns>
    public static Task<SweepDetails> FollowAsync(CliContext context, ISweepGrain sweep, CancellationToken cancellationToken) => context.ErrorIsTerminal
        ? TableRenderer.ErrorConsole(context).Live(new Markup("[grey]waiting for the first trials[/]")).StartAsync(live =>
            PollAsync(context, sweep, details => live.UpdateTarget(SweepMatrix.Build(details)), cancellationToken))
        : PollAsync(context, sweep, new SweepChanges(context.Error, context.Clock).Write, cancellationToken);

    private static async Task<SweepDetails> PollAsync(
        CliContext context, ISweepGrain sweep, Action<SweepDetails> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SweepDetails details = await sweep.GetAsync();
            show(details);
            if (SweepOutcome.HasEnded(details.Summary.State))
            {
                return details;
            }

            await Task.Delay(Interval, context.Clock, cancellationToken);
        }
    }
}
