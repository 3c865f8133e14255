namespace VinCxr.Core.Simulation;

// The simulation script of docs/simulation.md as records; snake_case in YAML. Defaults here are the defaults of the file.

/// <summary>
/// What simulated trials do: how they learn, how long they take, and what goes wrong. Everything that a trial computes follows from this script, the
/// trial's settings and its fold; mishaps depend on the attempt as well, wall clocks on nothing.
/// </summary>
public sealed record SimulationScript
{
    /// <summary>Another seed gives other curves, durations and mishaps.</summary>
    public int Seed { get; init; } = 1;

    public CurveScript Curve { get; init; } = new();

    /// <summary>How settings, by dotted path such as <c>train.lr</c>, decide what a trial can reach.</summary>
    public IReadOnlyDictionary<string, ResponseScript> Response { get; init; } = new Dictionary<string, ResponseScript>
    {
        ["train.lr"] = new(0.01, Width: 1, Scale: "log"),
    };

    public TimeScript Time { get; init; } = new();

    public MemoryScript Memory { get; init; } = new();

    /// <summary>What goes wrong, and when; several rules may hold for one attempt.</summary>
    public IReadOnlyList<MishapRule> Mishaps { get; init; } = [];

    /// <exception cref="InvalidInputException">The text is no script, or a value is not allowed; every mistake is reported.</exception>
    public static SimulationScript Parse(string yaml) => ScriptReader.Read(yaml);

    /// <returns>This script.</returns>
    /// <exception cref="InvalidInputException">A value is not allowed; every mistake is reported.</exception>
    public SimulationScript Checked()
    {
        string[] errors = [.. ScriptChecks.Check(this)];
        return errors.Length == 0 ? this : throw new InvalidInputException("simulation script", errors);
    }
}

/// <summary>A saturating learning curve: <c>floor + (reach - floor) (1 - 2^(-epoch / half_life))</c>, plus noise on what is reported.</summary>
/// <param name="Floor">Score before the first epoch, in [0, 1].</param>
/// <param name="Ceiling">What the best settings reach, in [floor, 1].</param>
/// <param name="HalfLife">Epochs to half way, of a typical trial; positive.</param>
/// <param name="Spread">Standard deviation of the luck of a variant and of its pace, relative.</param>
/// <param name="FoldSpread">Standard deviation of the difficulty of folds, relative.</param>
/// <param name="Noise">Standard deviation of reported scores.</param>
public sealed record CurveScript(
    double Floor = 0.02, double Ceiling = 0.45, double HalfLife = 4, double Spread = 0.1, double FoldSpread = 0.03, double Noise = 0.005);

/// <summary>A bell over one numeric setting; the reach of a trial is multiplied by its value.</summary>
/// <param name="Best">Setting at the top.</param>
/// <param name="Width">Distance at which the factor is exp(-1/2): in the setting's unit, or in decades on a log scale.</param>
/// <param name="Scale"><c>linear</c> or <c>log</c>.</param>
public sealed record ResponseScript(double Best, double Width, string Scale = "linear");

/// <param name="Startup">Seconds until the first epoch begins.</param>
/// <param name="Epoch">Seconds of a typical epoch.</param>
/// <param name="Spread">Standard deviation of the pace of trials, relative, log-normal.</param>
/// <param name="Jitter">Each epoch takes up to this share more or less, in [0, 1).</param>
public sealed record TimeScript(double Startup = 5, double Epoch = 60, double Spread = 0.1, double Jitter = 0.05);

/// <param name="BaseMb">MiB that a trial needs whatever its batch.</param>
/// <param name="PerImageMb">MiB more for each image of the batch.</param>
public sealed record MemoryScript(double BaseMb = 1000, double PerImageMb = 100)
{
    public double Of(int batch) => BaseMb + (PerImageMb * batch);
}
