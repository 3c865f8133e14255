namespace VinCxr.Data.Datasets;

/// <summary>Gathers results from parallel workers and reports how far they are.</summary>
internal sealed class IngestTally(int filesTotal, long bytesTotal, IProgress<IngestProgress>? progress)
{
    private readonly Lock _lock = new();
    private readonly List<IntakeResult> _results = [];
    private long _bytesDone;
    private int _alreadyStored;
    private int _quarantined;

    public int AlreadyStored => _alreadyStored;

    public int Uploaded => _results.Count - _alreadyStored - _quarantined;

    /// <summary>Bytes of the blobs that were uploaded.</summary>
    public long UploadedBytes => _results.Where(r => r.Kind == IntakeKind.Uploaded).Sum(r => r.Ingested!.Image.Length);

    public IEnumerable<IngestedFile> Ingested => _results.Select(r => r.Ingested).OfType<IngestedFile>();

    /// <summary>In file order.</summary>
    public IReadOnlyList<QuarantinedImage> Quarantined =>
    [
        .. _results.Where(r => r.Kind == IntakeKind.Quarantined)
            .OrderBy(r => r.File.Name, StringComparer.Ordinal)
            .Select(r => new QuarantinedImage(r.File.Name, r.Reason!) { Bytes = r.File.Length }),
    ];

    /// <summary>Files that hold, or held, personal data, in file order.</summary>
    public IReadOnlyList<PhiFile> Phi =>
    [
        .. _results.Where(r => r.Ingested is { PhiTags.Count: > 0 })
            .OrderBy(r => r.File.Name, StringComparer.Ordinal)
            .Select(r => new PhiFile(r.File.Name, r.File.ImageId, r.Ingested!.PhiTags)),
    ];

    /// <summary>Files in which each tag was found, by tag.</summary>
    public IReadOnlyDictionary<string, int> PhiTags => new SortedDictionary<string, int>(
        Ingested.SelectMany(f => f.PhiTags.Distinct()).CountBy(tag => tag).ToDictionary(), StringComparer.Ordinal);

    public void Start() => progress?.Report(Snapshot());

    /// <summary>Thread-safe; reports come one after the other, in order.</summary>
    public void Add(IntakeResult result)
    {
        lock (_lock)
        {
            _results.Add(result);
            _bytesDone += result.File.Length;
            _alreadyStored += result.Kind == IntakeKind.AlreadyStored ? 1 : 0;
            _quarantined += result.Kind == IntakeKind.Quarantined ? 1 : 0;
            progress?.Report(Snapshot());
        }
    }

    private IngestProgress Snapshot() => new(_results.Count, filesTotal, _bytesDone, bytesTotal, _quarantined, _alreadyStored);
}
