using Spectre.Console;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>Shows a sweep on stderr until it has ended: a live matrix on a terminal, a line per change elsewhere.</summary>
internal static class SweepFollower
{
    /// <returns>The sweep as it ended.</returns>
    public static Task<SweepDetails> FollowAsync(CliContext context, IControlPlane plane, string sweep, CancellationToken cancellationToken) => context.ErrorIsTerminal
        ? TableRenderer.ErrorConsole(context).Live(new Markup("[grey]waiting for the first trials[/]")).StartAsync(live =>
            WatchAsync(plane, sweep, details => live.UpdateTarget(SweepMatrix.Build(details)), cancellationToken))
        : WatchAsync(plane, sweep, new SweepChanges(context.Error, context.Clock).Write, cancellationToken);

    private static async Task<SweepDetails> WatchAsync(IControlPlane plane, string sweep, Action<SweepDetails> show, CancellationToken cancellationToken)
    {
        SweepDetails? last = null;
        await foreach (SweepDetails details in plane.WatchSweepAsync(sweep, cancellationToken))
        {
            show(details);
            last = details;
        }

        return last ?? await plane.GetSweepAsync(sweep, cancellationToken);
    }
}
