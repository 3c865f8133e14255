using VinCxr.Data.Synthesis;

namespace VinCxr.Cli.Commands.Demo;

/// <summary>What the demo draws and trains.</summary>
/// <param name="Phantoms">Images drawn.</param>
/// <param name="Yaml">The sweep file.</param>
internal sealed record DemoPlan(PhantomOptions Phantoms, string Yaml)
{
    /// <summary>Five findings that differ in place and look; a few hundred small images do not teach all fourteen.</summary>
    private static readonly int[] Findings = [0, 3, 8, 10, 12];

    public const string Dataset = "phantoms";

    public static DemoPlan Full { get; } = new(new PhantomOptions(240, 512, Seed: 7, NormalFraction: 0.3, FindingIds: Findings), Resource("demo.yaml"));

    /// <summary>Shows that every stage works, not that anything is learned.</summary>
    public static DemoPlan Quick { get; } = new(new PhantomOptions(48, 192, Seed: 7, NormalFraction: 0.3, FindingIds: Findings), Resource("demo-quick.yaml"));

    private static string Resource(string name)
    {
        using Stream stream = typeof(DemoPlan).Assembly.GetManifestResourceStream($"VinCxr.Cli.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
