using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;

namespace VinCxr.Cli.Commands.Keys;

internal static class KeyColumns
{
    public static IReadOnlyList<Column<KeyInfo>> All { get; } =
    [
        new("id", "Key", k => k.Id),
        new("name", "Name", k => k.Name),
        new("user", "User", k => k.User),
        new("role", "Role", k => k.Role),
        new("patients", "Patients", k => k.Patients),
        new("created_at", "Created", k => k.CreatedAt),
        new("expires_at", "Expires", k => k.ExpiresAt),
        new("revoked_at", "Revoked", k => k.RevokedAt),
    ];
}
