namespace VinCxr.Fuzz.Subjects;

/// <summary>Misbehaves at input <see cref="At"/> in a chosen way, to show that the session would notice.</summary>
internal sealed class SabotagedSubject(string way) : IFuzzSubject
{
    public const long At = 7;

    public static IReadOnlyList<string> Ways { get; } = ["throw", "crash", "hang", "hoard", "exhaust", "waver"];

    private int _calls;

    public Observation Observe(long index, byte[] input)
    {
        if (index == At)
        {
            Misbehave();
        }

        return new Observation(Outcome.Refused, "", way == "waver" && index == At ? _calls++ : 0);
    }

    private void Misbehave()
    {
        switch (way)
        {
            case "throw":
                throw new InvalidOperationException("sabotage");
            case "crash":
                Environment.FailFast("sabotage");
                break;
            case "hang":
                while (true)
                {
                    Thread.SpinWait(1000);
                }

            case "hoard":
                AllocationBudget.Spend("sabotage", 1000, () => new byte[100_000]);
                break;
            case "exhaust":
                var hoard = new List<byte[]>();
                while (hoard.Count < int.MaxValue)
                {
                    hoard.Add(new byte[1 << 24]);
                }

                break;
        }
    }
}
