using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz.Running;

/// <summary>An input that broke something.</summary>
/// <param name="Kind"><c>invariant</c>, <c>crash</c> or <c>hang</c>.</param>
/// <param name="Path">The input, saved.</param>
internal sealed record Finding(long Index, string Kind, string Detail, string Path);

/// <param name="Counts">Inputs of each outcome; those of findings are in none.</param>
/// <param name="PeakMemory">Largest resident set of a worker in bytes, native decoders included; 0 where the system does not tell.</param>
internal sealed record FuzzReport(IReadOnlyDictionary<Outcome, long> Counts, IReadOnlyList<Finding> Findings, TimeSpan Elapsed, long PeakMemory)
{
    public long Inputs => Counts.Values.Sum() + Findings.Count;
}
