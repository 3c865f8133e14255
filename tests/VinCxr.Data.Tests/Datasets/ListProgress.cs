namespace VinCxr.Data.Tests.Datasets;

/// <summary>Collects reports on the reporting thread.</summary>
internal sealed class ListProgress<T>(List<T> seen) : IProgress<T>
{
    public void Report(T value) => seen.Add(value);
}
