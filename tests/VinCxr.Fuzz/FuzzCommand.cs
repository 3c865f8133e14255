using System.CommandLine;
using System.Globalization;
using VinCxr.Core;
using VinCxr.Fuzz.Corpus;
using VinCxr.Fuzz.Running;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz;

/// <summary>The command line: a run, the hidden worker it starts, and one saved input again.</summary>
internal static class FuzzCommand
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    private static readonly Option<long> Inputs = new("--inputs") { Description = "Inputs to make", DefaultValueFactory = _ => new FuzzOptions().Inputs };
    private static readonly Option<ulong> SeedNumber = new("--seed") { Description = "The same seed and corpus give the same inputs", DefaultValueFactory = _ => 1 };
    private static readonly Option<long> First = new("--first") { Description = "Number of the first input" };
    private static readonly Option<double?> Minutes = new("--minutes") { Description = "End after so many minutes" };
    private static readonly Option<string> SaveFolder = new("--save") { Description = "Folder for inputs that broke something", DefaultValueFactory = _ => new FuzzOptions().Save };
    private static readonly Option<int> Heap = new("--heap") { Description = "MiB of managed heap for the worker", DefaultValueFactory = _ => new FuzzOptions().HeapMegabytes };
    private static readonly Option<double> Hang = new("--hang") { Description = "Seconds of processor time after which one input counts as a hang", DefaultValueFactory = _ => new FuzzOptions().HangSeconds };
    private static readonly Option<string> Subject = new("--subject") { Hidden = true, DefaultValueFactory = _ => FuzzOptions.DicomSubject };

    public static RootCommand Create()
    {
        var root = new RootCommand("Feeds damaged DICOM files to the reader and to image preparation") { Worker(), Replay() };
        foreach (Option option in (Option[])[Inputs, SeedNumber, First, Minutes, SaveFolder, Heap, Hang, Subject])
        {
            root.Options.Add(option);
        }

        root.SetAction(async (parse, cancellationToken) =>
        {
            FuzzOptions options = OptionsOf(parse);
            try
            {
                Console.WriteLine($"seed {options.Seed}, corpus {SeedCorpus.Create().Fingerprint}, worker heap {options.HeapMegabytes} MiB");
                return Show(await new FuzzSession(options, TimeProvider.System, new LineProgress()).RunAsync(cancellationToken), options);
            }
            catch (InvalidInputException e)
            {
                Console.Error.WriteLine(e.Message);
                return 2;
            }
        });
        return root;
    }

    private static Command Worker()
    {
        var board = new Argument<string>("blackboard");
        var worker = new Command("worker") { board, Inputs, SeedNumber, First, Subject };
        worker.Hidden = true;
        worker.SetAction(parse => FuzzWorker.Run(OptionsOf(parse), parse.GetRequiredValue(board)));
        return worker;
    }

    private static Command Replay()
    {
        var file = new Argument<string>("file") { Description = "A saved input" };
        var replay = new Command("replay", "Shows one input to the reader, in this process") { file };
        replay.SetAction(parse =>
        {
            Console.WriteLine(FuzzWorker.Observe(FuzzWorker.SubjectOf(new FuzzOptions()), 0, File.ReadAllBytes(parse.GetRequiredValue(file))));
            return 0;
        });
        return replay;
    }

    private static FuzzOptions OptionsOf(ParseResult parse) => new()
    {
        Inputs = parse.GetValue(Inputs),
        Seed = parse.GetValue(SeedNumber),
        First = parse.GetValue(First),
        Minutes = parse.GetValue(Minutes),
        Save = parse.GetValue(SaveFolder) ?? new FuzzOptions().Save,
        HeapMegabytes = parse.GetValue(Heap),
        HangSeconds = parse.GetValue(Hang),
        Subject = parse.GetValue(Subject) ?? FuzzOptions.DicomSubject,
    };

    private static int Show(FuzzReport report, FuzzOptions options)
    {
        foreach (Finding finding in report.Findings)
        {
            Console.WriteLine($"FINDING {finding.Kind} at input {finding.Index}, saved as {finding.Path}\n  {finding.Detail.ReplaceLineEndings("\n  ")}");
        }

        foreach ((Outcome outcome, long count) in report.Counts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{FuzzProgress.Name(outcome),-14}{count,12:N0}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Inputs:N0} inputs of seed {options.Seed} in {report.Elapsed:hh\\:mm\\:ss}, {report.Findings.Count} findings, peak resident set {report.PeakMemory >> 20} MiB"));
        return report.Findings.Count == 0 ? 0 : 1;
    }

    /// <summary>A line every few seconds, written where the report arrives, so that lines keep their order.</summary>
    private sealed class LineProgress : IProgress<FuzzProgress>
    {
        private TimeSpan _next = ProgressEvery;

        public void Report(FuzzProgress value)
        {
            if (value.Elapsed >= _next)
            {
                Console.WriteLine(value);
                _next = value.Elapsed + ProgressEvery;
            }
        }
    }
}
