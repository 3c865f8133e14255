namespace VinCxr.Cli.Progress;

/// <summary>Calls back at once and in order, which <see cref="Progress{T}"/> does not promise.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
