using VinCxr.Contracts.Api;

namespace VinCxr.Server.Uploads;

/// <summary>What outlasts the server of an upload, beside its files.</summary>
/// <param name="Operates">Whether <paramref name="User"/> may add to data sets of others.</param>
internal sealed record UploadRecord(string Id, string Dataset, string User, bool Operates, string? Key, DateTimeOffset CreatedAt)
{
    public UploadState State { get; init; }

    public UploadIngest? Ingest { get; init; }

    public UploadFailure? Failure { get; init; }

    public string? Reference { get; init; }

    public int? Quarantined { get; init; }
}
