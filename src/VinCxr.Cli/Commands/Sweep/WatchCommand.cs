using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep watch</c>: follows a sweep that a server runs.</summary>
internal static class WatchCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        return new Command("watch", "Follow a sweep until it has ended") { sweep }.OnConnection(context, async (connection, parse, cancellationToken) =>
        {
            SweepDetails now = await connection.Plane.GetSweepAsync(parse.GetRequiredValue(sweep), cancellationToken);
            if (connection.IsEmbedded && !SweepOutcome.HasEnded(now.Summary.State))
            {
                throw new NotFoundException(
                    $"sweep {now.Summary.Name} is {now.Summary.State} and no server runs on this store: start 'vincxr serve --store {connection.Where}' first");
            }

            return SweepOutcome.Report(context, await SweepFollower.FollowAsync(context, connection.Plane, now.Summary.Id, cancellationToken));
        });
    }
}
