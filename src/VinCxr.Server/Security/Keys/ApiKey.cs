using VinCxr.Contracts.Api;

namespace VinCxr.Server.Security.Keys;

/// <summary>An API key as it is stored: whoever reads this cannot make the key of it.</summary>
/// <param name="Id">12 hex digits, the part of the key that may be shown.</param>
/// <param name="SecretSha256">Lower-case hex sha256 of the secret's text.</param>
public sealed record ApiKey(
    string Id, string Name, string User, string Role, bool Patients, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, string SecretSha256)
{
    public KeyInfo Info => new(Id, Name, User, Role, Patients, CreatedAt, ExpiresAt, RevokedAt);

    /// <returns>Why it opens nothing at <paramref name="now"/>, or null while it does.</returns>
    public string? Problem(DateTimeOffset now) => RevokedAt is not null
        ? $"key {Id} was revoked"
        : now >= ExpiresAt ? $"key {Id} expired at {ExpiresAt:yyyy-MM-dd HH:mm:ss}Z" : null;

    /// <summary>Who acts with it, or null should its role have been written by a version that knows others.</summary>
    public Caller? ToCaller(string? address) => Roles.Find(Role) is { } role ? new Caller(User, role, Patients, Id, address) : null;
}
