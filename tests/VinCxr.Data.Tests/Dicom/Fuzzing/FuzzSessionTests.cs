using VinCxr.Core;
using VinCxr.Fuzz;
using VinCxr.Fuzz.Corpus;
using VinCxr.Fuzz.Mutation;
using VinCxr.Fuzz.Running;
using VinCxr.Fuzz.Subjects;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Dicom.Fuzzing;

/// <summary>Damaged files in a process of their own; and that a reader that misbehaved would not go unnoticed.</summary>
public class FuzzSessionTests
{
    private const int Inputs = 20_000;

    [Fact]
    public async Task Damaged_files_never_break_the_reader()
    {
        using var save = new TempDirectory();
        FuzzReport report = await RunAsync(new FuzzOptions { Inputs = Inputs, Seed = 2024, Save = save.Path });
        Assert.True(report.Findings.Count == 0, string.Join('\n', report.Findings));
        Assert.Equal(Inputs, report.Counts.Values.Sum());

        // Were hardly any input still readable, the mutations would be too coarse to reach the decoders; were hardly any refused, too fine.
        Assert.All(report.Counts, count => Assert.True(count.Value > Inputs / 100, $"{count.Value} inputs of outcome {count.Key}"));
    }

    [Theory]
    [InlineData("throw", "invariant", "InvalidOperationException: sabotage")]
    [InlineData("hoard", "invariant", "sabotage allocated 100,")]
    [InlineData("exhaust", "invariant", "OutOfMemoryException")]
    [InlineData("waver", "invariant", "the same bytes give")]
    [InlineData("crash", "crash", "sabotage")]
    [InlineData("hang", "hang", "no answer within 3 s of processor time")]
    public async Task A_reader_that_misbehaves_is_caught_and_the_run_goes_on(string way, string kind, string detail)
    {
        using var save = new TempDirectory();
        var options = new FuzzOptions { Inputs = 20, Subject = way, Save = save.Path, HangSeconds = 3 };
        FuzzReport report = await RunAsync(options);
        Finding finding = Assert.Single(report.Findings);
        Assert.Equal((SabotagedSubject.At, kind), (finding.Index, finding.Kind));
        Assert.Contains(detail, finding.Detail, StringComparison.Ordinal);
        Assert.Equal(new Mutator(SeedCorpus.Create(), options.Seed).Make(finding.Index), File.ReadAllBytes(finding.Path));
        Assert.Equal(19, report.Counts.Values.Sum());
    }

    [Fact]
    public async Task Bad_options_are_all_named_at_once()
    {
        var options = new FuzzOptions { Inputs = 0, First = -1, Minutes = 0, HeapMegabytes = 1, HangSeconds = 0, Subject = "x" };
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => RunAsync(options));
        Assert.Equal(6, error.Errors.Count);
    }

    private static Task<FuzzReport> RunAsync(FuzzOptions options) =>
        new FuzzSession(options, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
}
