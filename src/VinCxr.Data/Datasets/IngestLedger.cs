using System.Text.Json;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>
/// Remembers which file became which blob, so that a second run neither decodes nor uploads it again. A file counts as the same when path, length and
/// time of last write are, and when it was taken with the same de-identification. Only good files are remembered: a newer reader may accept what an
/// older one refused. Lines are appended in groups; what a crash loses of them costs a second decoding, never a second upload.
/// </summary>
internal sealed class IngestLedger
{
    public const string LogPrefix = "ingest/";

    /// <summary>What a line was made with; lines of other builds are ignored, so that their files are looked at again.</summary>
    private const string Maker = ImagePreparation.Version + "/facts-1";

    private const int LinesPerGroup = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private readonly ILogStore? _logs;
    private readonly string _log;
    private readonly string? _deidentification;
    private readonly TimeProvider _time;
    private readonly Dictionary<Key, IngestedFile> _known = [];
    private readonly Lock _lock = new();
    private List<string> _group = [];
    private long _groupStart;

    private IngestLedger(ILogStore? logs, string datasetName, string? deidentification, TimeProvider time)
    {
        _logs = logs;
        _log = LogPrefix + datasetName;
        _deidentification = deidentification;
        _time = time;
    }

    /// <param name="logs">Null where there is no store yet: knows nothing, keeps nothing.</param>
    /// <param name="deidentification">Profile the files are rewritten by, or null.</param>
    /// <param name="isReadOnly">Reads what earlier runs wrote and adds nothing.</param>
    public static async Task<IngestLedger> LoadAsync(
        ILogStore? logs, string datasetName, string? deidentification, bool isReadOnly, TimeProvider time, CancellationToken cancellationToken)
    {
        var ledger = new IngestLedger(isReadOnly ? null : logs, datasetName, deidentification, time);
        if (logs is null)
        {
            return ledger;
        }

        await foreach (var entry in logs.ReadAsync(ledger._log, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var line = JsonSerializer.Deserialize<Line>(entry.Text, DataJson.Options)!;
            if (line.Decoder == Maker && line.Key.Deidentification == deidentification)
            {
                ledger._known[line.Key] = line.File;
            }
        }

        return ledger;
    }

    public IngestedFile? Find(DatasetFile file) => _known.GetValueOrDefault(KeyOf(file));

    /// <summary>Thread-safe.</summary>
    public Task RecordAsync(DatasetFile file, IngestedFile ingested, CancellationToken cancellationToken)
    {
        string line = JsonSerializer.Serialize(new Line(KeyOf(file), Maker, ingested), DataJson.Options);
        bool isDue;
        lock (_lock)
        {
            if (_group.Count == 0)
            {
                _groupStart = _time.GetTimestamp();
            }

            _group.Add(line);
            isDue = _group.Count >= LinesPerGroup || _time.GetElapsedTime(_groupStart) >= LongestWait;
        }

        return isDue ? FlushAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Appends what has gathered.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        List<string> group;
        lock (_lock)
        {
            (group, _group) = (_group, []);
        }

        return _logs is null || group.Count == 0 ? Task.CompletedTask : _logs.AppendAsync(_log, group, cancellationToken);
    }

    private Key KeyOf(DatasetFile file) => new(file.Path, file.Length, file.ModifiedTicks, _deidentification);

    private sealed record Key(string Path, long Length, long Modified, string? Deidentification = null);

    private sealed record Line(Key Key, string Decoder, IngestedFile File);
}

/// <param name="PhiTags">Tags that the file holds, or held before it was de-identified, and that may identify a person.</param>
internal sealed record IngestedFile(DatasetImage Image, IReadOnlyList<string> PhiTags);
