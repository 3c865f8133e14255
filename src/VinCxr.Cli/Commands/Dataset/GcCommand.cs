using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets.Garbage;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset gc</c>: frees what nothing in the store refers to.</summary>
internal static class GcCommand
{
    private static readonly TimeSpan Risky = TimeSpan.FromHours(1);

    private static readonly Column<GarbageKind>[] Columns =
    [
        new("kind", "Kind", k => k.Kind),
        new("blobs", "Blobs", k => k.Blobs, AlignRight: true),
        new("bytes", "Size", k => k.Bytes, k => Text.Bytes(k.Bytes), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Option<bool> dryRun = ValueOptions.Flag("--dry-run", "Say what would be removed, remove nothing");
        Option<TimeSpan> olderThan = DurationOption.Create(
            "--older-than", "Leave what was stored more recently than this, as 90s, 30m, 12h or 1d: running work stores first and refers to it later", TimeSpan.FromDays(1));
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("gc", "Remove from the store what no data set, sweep, trial or other record refers to") { dryRun, olderThan, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            TimeSpan age = parse.GetValue(olderThan);
            if (age < Risky && !parse.GetValue(dryRun))
            {
                context.Note("--older-than below 1h also removes what trials and prepares that run right now have stored but not recorded yet");
            }

            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            GarbageReport report = await ProgressDisplay.RunAsync(context, "gc", ProgressUnit.Of("blobs"), _ =>
                new GarbageCollector(opened, context.Clock).RunAsync(age, parse.GetValue(dryRun), cancellationToken));
            Renderer.Show(context, output.ValueOf(parse), report, report.Removed, Columns, console =>
            {
                TableRenderer.Write(console, report.Removed, Columns, "no garbage");
                TableRenderer.WriteFacts(console, Facts(report));
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static (string Name, string Value)[] Facts(GarbageReport report) =>
    [
        (report.DryRun ? "would be removed" : "removed", $"{Text.Of(report.Blobs)} blobs, {Text.Bytes(report.Bytes)}; {Text.Of(report.PreparedRecords)} records of prepared shards"),
        ("kept", $"{Text.Of(report.Kept)} blobs, {Text.Of(report.TooYoung)} of them without an owner but too young"),
        ("abandoned uploads", report.DryRun ? "not looked at" : Text.Bytes(report.AbandonedBytes)),
    ];
}
