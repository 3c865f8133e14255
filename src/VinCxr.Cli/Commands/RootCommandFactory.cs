using System.CommandLine;
using VinCxr.Cli.Commands.Dataset;
using VinCxr.Cli.Commands.Dicom;
using VinCxr.Cli.Commands.Model;
using VinCxr.Cli.Commands.Phantom;
using VinCxr.Cli.Commands.Predictions;
using VinCxr.Cli.Commands.Serve;
using VinCxr.Cli.Commands.Sweep;

namespace VinCxr.Cli.Commands;

/// <summary>All nouns and verbs.</summary>
internal static class RootCommandFactory
{
    public static RootCommand Create(CliContext context) => new("VinCxr: distributed training of chest X-ray detectors")
    {
        DatasetCommand.Create(context),
        EvaluateCommand.Create(context),
        FuseCommand.Create(context),
        SweepCommand.Create(context),
        ModelCommand.Create(context),
        DicomCommand.Create(context),
        PhantomCommand.Create(context),
        TrainerCommand.Create(context),
    };
}
