using VinCxr.Data.Dicom;
using VinCxr.Fuzz.Corpus;
using VinCxr.Fuzz.Mutation;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz.Running;

/// <summary>The child process: makes and observes one input after the other, each twice, and ends at the first broken invariant.</summary>
internal static class FuzzWorker
{
    /// <summary>Exit code after a broken invariant; its description is the last line on the standard output.</summary>
    public const int BrokenInvariant = 3;

    public static int Run(FuzzOptions options, string blackboard)
    {
        using var board = new Blackboard(blackboard);
        var mutator = new Mutator(SeedCorpus.Create(), options.Seed);
        IFuzzSubject subject = SubjectOf(options);
        for (long index = options.First; index < options.First + options.Inputs && !board.Stop; index++)
        {
            board.Index = index;
            try
            {
                board.Add(Observe(subject, index, mutator.Make(index)).Outcome);
            }
            catch (Exception e)
            {
                Console.WriteLine($"{e.GetType().Name}: {e.Message}");
                Console.Error.WriteLine(e);
                return BrokenInvariant;
            }
        }

        return 0;
    }

    /// <exception cref="InvariantException">Two looks at the same bytes differ, or one of them breaks an invariant.</exception>
    public static Observation Observe(IFuzzSubject subject, long index, byte[] input)
    {
        Observation first = subject.Observe(index, input), second = subject.Observe(index, input);
        return first == second ? first : throw new InvariantException($"the same bytes give {first}, then {second}");
    }

    public static IFuzzSubject SubjectOf(FuzzOptions options) =>
        options.Subject == FuzzOptions.DicomSubject ? new DicomSubject(new DicomReader()) : new SabotagedSubject(options.Subject);
}
