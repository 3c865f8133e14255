namespace VinCxr.Contracts.Api;

/// <summary>Who the server takes the caller for.</summary>
/// <param name="Role">viewer, submitter, operator or admin.</param>
/// <param name="Patients">Whether the caller sees images and metadata of patients.</param>
/// <param name="KeyId">The API key that the caller came with, or null.</param>
public sealed record WhoAmI(string User, string Role, bool Patients, string? KeyId);

/// <param name="Name">What the key is for, 1 to 100 characters.</param>
/// <param name="Role">viewer, submitter, operator or admin.</param>
/// <param name="User">Who acts with it; null is <paramref name="Name"/>.</param>
/// <param name="ExpiresDays">Days until it ends, above 0 and up to 3650; null is 90.</param>
public sealed record CreateKey(string Name, string Role, string? User = null, bool Patients = false, double? ExpiresDays = null);

/// <summary>An API key without its secret, which nobody can read back.</summary>
public sealed record KeyInfo(
    string Id, string Name, string User, string Role, bool Patients, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt);

/// <param name="Key">The whole key, told this once.</param>
public sealed record CreatedKey(KeyInfo Info, string Key)
{
    /// <summary>Leaves the secret out: records end up in logs.</summary>
    public override string ToString() => $"key {Info.Id}";
}

/// <summary>One entry of the audit log.</summary>
/// <param name="User">Null where nobody was let in.</param>
/// <param name="Operation">Such as <c>SteerSweep</c>, <c>CreateKey</c> or <c>Login</c>.</param>
/// <param name="Target">Sweep, trial, node, queue or key that it was about, or null.</param>
/// <param name="Outcome">begun (of key operations, before they take effect), done, denied or failed.</param>
/// <param name="Address">Where the caller is, or null for commands on the store.</param>
public sealed record AuditLine(
    long Sequence, DateTimeOffset At, string? User, string? KeyId, string Operation, string? Target, string Outcome, string? Address);
