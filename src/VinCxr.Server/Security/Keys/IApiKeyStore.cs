using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Server.Security.Keys;

/// <summary>The keys of a store.</summary>
public interface IApiKeyStore
{
    /// <summary>Makes a key, durable when this returns.</summary>
    /// <exception cref="InvalidInputException">Name, user, role or life time are wrong; every mistake is listed.</exception>
    Task<CreatedKey> CreateAsync(CreateKey request, CancellationToken cancellationToken = default);

    /// <summary>All keys, those that ended too, newest first.</summary>
    Task<IReadOnlyList<KeyInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <returns>The key, or null when there is none.</returns>
    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Ends a key for good; a second time changes nothing.</summary>
    /// <exception cref="NotFoundException">There is no such key.</exception>
    Task<KeyInfo> RevokeAsync(string id, CancellationToken cancellationToken = default);
}
