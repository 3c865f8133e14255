using System.Globalization;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz.Running;

internal sealed record FuzzProgress(long Done, long Inputs, TimeSpan Elapsed, Func<Outcome, long> Count, int Findings)
{
    /// <summary>One line: inputs, rate, time left, shares of the outcomes, findings.</summary>
    public override string ToString()
    {
        double rate = Done / Math.Max(Elapsed.TotalSeconds, 1e-3);
        TimeSpan left = TimeSpan.FromSeconds(Math.Min(rate > 0 ? (Inputs - Done) / rate : 0, TimeSpan.MaxValue.TotalSeconds / 2));
        string outcomes = string.Join(", ", Enum.GetValues<Outcome>().Select(outcome => Share(outcome)));
        return string.Create(
            CultureInfo.InvariantCulture, $"{Done:N0} of {Inputs:N0} inputs, {rate:N0}/s, {left:hh\\:mm\\:ss} left: {outcomes}; {Findings} findings");

        string Share(Outcome outcome) => string.Create(CultureInfo.InvariantCulture, $"{Name(outcome)} {Count(outcome) / Math.Max(1.0, Done):P0}");
    }

    public static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Prepared => "prepared",
        Outcome.Decoded => "decoded only",
        Outcome.TagsOnly => "tags only",
        _ => "refused",
    };
}
