using VinCxr.Core;

namespace VinCxr.Server.Security;

/// <summary>What a caller may do; each role may do what those before it may.</summary>
public enum Role
{
    Viewer,
    Submitter,
    Operator,
    Admin,
}

/// <summary>Roles by the names that people, policies and tokens use.</summary>
public static class Roles
{
    public static IReadOnlyList<string> Names { get; } = [Policies.Viewer, Policies.Submitter, Policies.Operator, Policies.Admin];

    public static string NameOf(Role role) => Names[(int)role];

    /// <returns>The role, or null when the text is the name of none.</returns>
    public static Role? Find(string? name) => Names.Index().Where(n => n.Item == name).Select(n => (Role?)n.Index).FirstOrDefault();

    /// <exception cref="InvalidInputException">No role has this name.</exception>
    public static Role Parse(string? name) =>
        Find(name) ?? throw new InvalidInputException($"role '{name}' is none of {string.Join(", ", Names)}");
}
