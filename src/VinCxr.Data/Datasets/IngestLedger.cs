using System.Text.Json;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>
/// Remembers which file became which blob, durably and file by file, so that a second run neither decodes nor uploads it again. A file counts as
/// the same when path, length and time of last write are. Only good files are remembered: a newer reader may accept what an older one refused.
/// </summary>
internal sealed class IngestLedger
{
    /// <summary>What a line was made with; lines of other builds are ignored, so that their files are looked at again.</summary>
    private const string Maker = ImagePreparation.Version + "/facts-1";

    private readonly ILogStore _logs;
    private readonly string _log;
    private readonly Dictionary<Key, IngestedFile> _known = [];

    private IngestLedger(ILogStore logs, string log)
    {
        _logs = logs;
        _log = log;
    }

    public static async Task<IngestLedger> LoadAsync(ILogStore logs, string datasetName, CancellationToken cancellationToken)
    {
        var ledger = new IngestLedger(logs, $"ingest/{datasetName}");
        await foreach (var entry in logs.ReadAsync(ledger._log, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var line = JsonSerializer.Deserialize<Line>(entry.Text, DataJson.Options)!;
            if (line.Decoder == Maker)
            {
                ledger._known[line.Key] = line.File;
            }
        }

        return ledger;
    }

    public IngestedFile? Find(DatasetFile file) => _known.GetValueOrDefault(KeyOf(file));

    public Task RecordAsync(DatasetFile file, IngestedFile ingested, CancellationToken cancellationToken)
    {
        string line = JsonSerializer.Serialize(new Line(KeyOf(file), Maker, ingested), DataJson.Options);
        return _logs.AppendAsync(_log, [line], cancellationToken);
    }

    private static Key KeyOf(DatasetFile file) => new(file.Path, file.Length, file.ModifiedTicks);

    private sealed record Key(string Path, long Length, long Modified);

    private sealed record Line(Key Key, string Decoder, IngestedFile File);
}

/// <param name="PhiTags">Tags of the file that hold personal data.</param>
internal sealed record IngestedFile(DatasetImage Image, IReadOnlyList<string> PhiTags);
