using VinCxr.Fuzz.Corpus;
using VinCxr.Fuzz.Mutation;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz.Running;

/// <summary>
/// Runs workers until all inputs are seen, watches that each input ends, saves the ones that broke something and goes on behind them.
/// </summary>
internal sealed class FuzzSession(FuzzOptions options, TimeProvider time, IProgress<FuzzProgress>? progress = null)
{
    private const int MostFindings = 20;

    /// <summary>A worker that waits spends no processor time; a starved one little. Only this many times the limit by the clock is a hang too.</summary>
    private const int BlockedFactor = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly List<Finding> _findings = [];
    private readonly Lazy<Mutator> _mutator = new(() => new Mutator(SeedCorpus.Create(), options.Seed));
    private long _peakMemory;

    /// <summary>Ends when all inputs are seen, the time is up, or twenty findings are reached.</summary>
    public async Task<FuzzReport> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        string path = Path.GetTempFileName();
        long started = time.GetTimestamp();
        try
        {
            using var board = new Blackboard(path);
            for (long next = options.First, end = options.First + options.Inputs; next < end && !board.Stop && _findings.Count < MostFindings;)
            {
                using var worker = WorkerProcess.Start(options with { First = next, Inputs = end - next }, path);
                string? trouble = await WatchAsync(worker, board, started, cancellationToken);
                (int code, string output) = await worker.WaitAsync(cancellationToken);
                next = trouble is null && code == 0 ? end : board.Index + 1;
                if (trouble is not null || code != 0)
                {
                    _findings.Add(Save(board.Index, trouble ?? (code == FuzzWorker.BrokenInvariant ? "invariant" : "crash"), output, code));
                }
            }

            return new FuzzReport(
                Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, board.Count), _findings, time.GetElapsedTime(started), _peakMemory);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <returns><c>hang</c> when the worker was killed for one, else null.</returns>
    private async Task<string?> WatchAsync(WorkerProcess worker, Blackboard board, long started, CancellationToken cancellationToken)
    {
        long seen = -1, since = 0;
        TimeSpan spentBefore = TimeSpan.Zero;
        while (!worker.HasExited)
        {
            await Task.Delay(Look, time, cancellationToken);
            _peakMemory = Math.Max(_peakMemory, worker.PeakMemory);
            TimeSpan elapsed = time.GetElapsedTime(started);
            long done = board.Total;
            progress?.Report(new FuzzProgress(done, options.Inputs, elapsed, board.Count, _findings.Count));
            board.Stop |= options.Minutes is { } minutes && elapsed.TotalMinutes >= minutes;
            if (done != seen)
            {
                (seen, since, spentBefore) = (done, time.GetTimestamp(), worker.ProcessorTime);
            }
            else if ((worker.ProcessorTime - spentBefore).TotalSeconds > options.HangSeconds
                || time.GetElapsedTime(since).TotalSeconds > BlockedFactor * options.HangSeconds)
            {
                worker.Kill();
                return "hang";
            }
        }

        return null;
    }

    private Finding Save(long index, string kind, string output, int code)
    {
        Directory.CreateDirectory(options.Save);
        string path = Path.Combine(options.Save, $"seed{options.Seed}-input{index}-{kind}.dcm");
        File.WriteAllBytes(path, _mutator.Value.Make(index));
        string detail = kind switch
        {
            "hang" => $"no answer within {options.HangSeconds} s of processor time",
            "crash" => $"the worker ended with {code}: {output}",
            _ => output,
        };
        return new Finding(index, kind, detail, path);
    }
}
