using System.Security.Claims;
using VinCxr.Contracts.Api;
using VinCxr.Server.Security.Control;

namespace VinCxr.Server.Security;

/// <summary>Gives everybody the uploads that are theirs, as <see cref="ControlPlanes"/> gives the rest.</summary>
internal sealed class UploadPlanes(IDatasetUploads uploads, AccessGate gate)
{
    public IDatasetUploads Of(ClaimsPrincipal user) => new AuthorizedUploads(uploads, Caller.Of(user), gate);
}
