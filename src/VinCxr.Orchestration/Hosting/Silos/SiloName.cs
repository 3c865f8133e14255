namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// Name of one run of a silo, as it stands in the cluster's membership: <c>{role}:{node}:{run}</c>. The role travels with the membership itself, so
/// every silo knows every other's the moment it knows of it.
/// </summary>
public static class SiloName
{
    public const string GpuRole = "gpu";

    /// <param name="role">Word without a colon.</param>
    /// <param name="node">Name of the node.</param>
    public static string Create(string role, string node) => $"{role}:{node}:{Guid.NewGuid():N}"[..^24];

    /// <summary>True for a silo that is to hold grains only when no other is there.</summary>
    public static bool IsGpu(string name) => name.StartsWith($"{GpuRole}:", StringComparison.Ordinal);
}
