using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Server.Security.Control;

/// <summary>
/// The uploads of one caller: what <see cref="Access"/> allows. Files that arrive are no entries of the audit log, of which each would have thousands; what
/// becomes of them is. Names of files may be those of patients: besides the owner, who sent them, they are for operators who see patients.
/// </summary>
internal sealed class AuthorizedUploads(IDatasetUploads inner, Caller? caller, AccessGate gate) : IDatasetUploads
{
    private readonly GuardedCalls _calls = new(caller, gate);

    public Task<UploadInfo> CreateUploadAsync(string dataset, CreateUpload request, CancellationToken cancellationToken = default) => _calls.ChangeAsync(
        nameof(CreateUploadAsync),
        dataset,
        async (who, target) =>
        {
            var upload = await inner.CreateUploadAsync(dataset, request with { User = who.User, Operates = who.Role >= Role.Operator }, cancellationToken);
            target.Name = $"{dataset} {upload.Id}";
            return upload;
        },
        cancellationToken);

    public Task<IReadOnlyList<UploadInfo>> ListUploadsAsync(string dataset, CancellationToken cancellationToken = default) => _calls.ReadAsync<IReadOnlyList<UploadInfo>>(
        nameof(ListUploadsAsync),
        async () => [.. (await inner.ListUploadsAsync(dataset, cancellationToken)).Where(u => caller!.Role >= Role.Operator || u.User == caller.User).Select(Shown)],
        cancellationToken);

    public Task<UploadInfo> GetUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(GetUploadAsync), dataset, upload, info => Task.FromResult(Shown(info)), cancellationToken);

    public Task<IReadOnlyList<UploadedFile>> ListUploadFilesAsync(string dataset, string upload, CancellationToken cancellationToken = default) => ReadAsync(
        nameof(ListUploadFilesAsync),
        dataset,
        upload,
        info => SeesNames(info)
            ? inner.ListUploadFilesAsync(dataset, upload, cancellationToken)
            : throw new AccessDeniedException($"names of files of upload '{info.Id}' are for '{info.User}' and for operators who see patients"),
        cancellationToken);

    public Task<UploadedFile> PutUploadFileAsync(string dataset, string upload, UploadContent content, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(PutUploadFileAsync), dataset, upload, _ => inner.PutUploadFileAsync(dataset, upload, content, cancellationToken), cancellationToken);

    public Task RemoveUploadFileAsync(string dataset, string upload, string file, CancellationToken cancellationToken = default) => ReadAsync(
        nameof(RemoveUploadFileAsync),
        dataset,
        upload,
        async _ =>
        {
            await inner.RemoveUploadFileAsync(dataset, upload, file, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<UploadInfo> IngestUploadAsync(string dataset, string upload, UploadIngest request, CancellationToken cancellationToken = default) => ChangeAsync(
        nameof(IngestUploadAsync), dataset, upload, async _ => Shown(await inner.IngestUploadAsync(dataset, upload, request, cancellationToken)), cancellationToken);

    public Task<UploadReport> GetUploadReportAsync(string dataset, string upload, CancellationToken cancellationToken = default) => ReadAsync(
        nameof(GetUploadReportAsync),
        dataset,
        upload,
        async info =>
        {
            var report = await inner.GetUploadReportAsync(dataset, upload, cancellationToken);
            return SeesNames(info) ? report : report with { Dataset = report.Dataset with { QuarantinedFiles = [] }, PersonalData = [], RowErrors = [] };
        },
        cancellationToken);

    public Task RemoveUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default) => ChangeAsync(
        nameof(RemoveUploadAsync),
        dataset,
        upload,
        async _ =>
        {
            await inner.RemoveUploadAsync(dataset, upload, cancellationToken);
            return true;
        },
        cancellationToken);

    private bool SeesNames(UploadInfo info) => caller!.Patients || caller.User == info.User;

    /// <summary>Without what quotes names of files and what is in them, for operators who do not see patients.</summary>
    private UploadInfo Shown(UploadInfo info) => SeesNames(info)
        ? info
        : info with
        {
            Ingest = info.Ingest is { } asked ? asked with { Annotations = null } : null,
            Failure = info.Failure is { } failure ? failure with { Message = $"'{info.User}' is told why", Errors = [] } : null,
        };

    private async Task<T> ReadAsync<T>(string operation, string dataset, string upload, Func<UploadInfo, Task<T>> read, CancellationToken cancellationToken)
    {
        var who = await _calls.EnsureAsync(operation, cancellationToken);
        return await read(await FindAsync(who, operation, dataset, upload, cancellationToken));
    }

    private Task<T> ChangeAsync<T>(string operation, string dataset, string upload, Func<UploadInfo, Task<T>> change, CancellationToken cancellationToken) => _calls.ChangeAsync(
        operation,
        $"{dataset} {upload}",
        async (who, _) => await change(await FindAsync(who, operation, dataset, upload, cancellationToken)),
        cancellationToken);

    private async Task<UploadInfo> FindAsync(Caller who, string operation, string dataset, string upload, CancellationToken cancellationToken)
    {
        var info = await inner.GetUploadAsync(dataset, upload, cancellationToken);
        AccessGate.EnsureOwner(who, operation, $"upload '{info.Id}'", info.User);
        return info;
    }
}
