using System.CommandLine;
using VinCxr.Cli.Commands.Dataset;
using VinCxr.Cli.Commands.Demo;
using VinCxr.Cli.Commands.Dicom;
using VinCxr.Cli.Commands.Doctor;
using VinCxr.Cli.Commands.Ensembles;
using VinCxr.Cli.Commands.Keys;
using VinCxr.Cli.Commands.Leaderboards;
using VinCxr.Cli.Commands.Model;
using VinCxr.Cli.Commands.Nodes;
using VinCxr.Cli.Commands.Phantom;
using VinCxr.Cli.Commands.Predictions;
using VinCxr.Cli.Commands.Serve;
using VinCxr.Cli.Commands.Servers;
using VinCxr.Cli.Commands.Sweep;
using VinCxr.Cli.Commands.Trial;

namespace VinCxr.Cli.Commands;

/// <summary>All nouns and verbs.</summary>
internal static class RootCommandFactory
{
    public static RootCommand Create(CliContext context) => new("VinCxr: distributed training of chest X-ray detectors")
    {
        DemoCommand.Create(context),
        ServeCommand.Create(context),
        LoginCommand.Create(context),
        LogoutCommand.Create(context),
        DatasetCommand.Create(context),
        SweepCommand.Create(context),
        TrialCommand.Create(context),
        LeaderboardCommand.Create(context),
        EnsembleCommand.Create(context),
        NodeCommand.Create(context),
        QueueCommand.Create(context),
        KeyCommand.Create(context),
        EvaluateCommand.Create(context),
        FuseCommand.Create(context),
        DicomCommand.Create(context),
        ModelCommand.Create(context),
        PhantomCommand.Create(context),
        DoctorCommand.Create(context),
        TrainerCommand.Create(context),
    };
}
