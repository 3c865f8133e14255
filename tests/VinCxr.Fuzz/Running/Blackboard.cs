using System.IO.MemoryMappedFiles;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz.Running;

/// <summary>
/// A few numbers that worker and session share through a mapped file. They outlive the worker, so that a crash leaves the number of
/// the input that caused it.
/// </summary>
internal sealed class Blackboard : IDisposable
{
    private const int Word = sizeof(long);
    private const int StopAt = 0;
    private const int IndexAt = Word;
    private const int CountsAt = 2 * Word;
    private static readonly int Size = CountsAt + (Word * Enum.GetValues<Outcome>().Length);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Blackboard(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, Size);
        _view = _file.CreateViewAccessor(0, Size);
    }

    /// <summary>Set by the session to end the worker after its current input.</summary>
    public bool Stop
    {
        get => _view.ReadInt64(StopAt) != 0;
        set => _view.Write(StopAt, value ? 1L : 0L);
    }

    /// <summary>Number of the input in hand.</summary>
    public long Index
    {
        get => _view.ReadInt64(IndexAt);
        set => _view.Write(IndexAt, value);
    }

    public long Total => Enum.GetValues<Outcome>().Sum(this.Count);

    public long Count(Outcome outcome) => _view.ReadInt64(CountsAt + (Word * (int)outcome));

    public void Add(Outcome outcome) => _view.Write(CountsAt + (Word * (int)outcome), Count(outcome) + 1);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
