using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep ls</c>.</summary>
internal static class SweepListCommand
{
    public static IReadOnlyList<Column<SweepSummary>> Columns { get; } =
    [
        new("id", "Id", s => s.Id),
        new("name", "Name", s => s.Name),
        new("state", "State", s => s.State),
        new("dataset", "Data set", s => s.Dataset),
        new("total", "Trials", s => s.Total, AlignRight: true),
        new("finished", "Finished", s => s.Finished, AlignRight: true),
        new("failed", "Failed", s => s.Failed, AlignRight: true),
        new("best_map40", "Best mAP@0.4", s => s.BestMap40, AlignRight: true),
        new("queue", "Queue", s => s.Queue),
        new("submitted_at", "Submitted", s => s.SubmittedAt),
        new("reason", "Reason", s => s.Reason, s => s.Reason ?? ""),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("ls", "Sweeps, newest first") { output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            IReadOnlyList<SweepSummary> sweeps = await plane.ListSweepsAsync(cancellationToken);
            Renderer.List(context, output.ValueOf(parse), sweeps, Columns, "no sweeps yet: vincxr sweep submit FILE");
            return ExitCode.Done;
        });
    }
}
