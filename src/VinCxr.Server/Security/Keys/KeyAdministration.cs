using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Server.Security.Audit;

namespace VinCxr.Server.Security.Keys;

/// <summary>Makes and revokes keys for somebody, and writes down who did. What cannot be written down is not done.</summary>
public sealed class KeyAdministration(IApiKeyStore keys, AuditLog audit, ApiKeyCache? cache = null)
{
    /// <exception cref="InvalidInputException">The request is wrong.</exception>
    /// <exception cref="AccessDeniedException">The caller is no admin, or gives away a permission without having it.</exception>
    /// <exception cref="StoreException">The store or its audit log cannot be written; there is no new key then.</exception>
    public Task<CreatedKey> CreateAsync(Caller caller, CreateKey request, CancellationToken cancellationToken = default)
    {
        CreatedKey? created = null;
        return audit.GuardAsync(
            caller,
            "CreateKey",
            () => created is null ? $"{SafeNames.Shown(request.Name)} ({SafeNames.Shown(request.Role)})" : $"{created.Info.Id} {created.Info.Name} ({created.Info.Role})",
            async () =>
            {
                RequireAdmin(caller, "makes keys");
                if (request.Patients && !caller.Patients)
                {
                    throw new AccessDeniedException($"'{caller.User}' does not see data of patients and so cannot make a key that does");
                }

                return created = await keys.CreateAsync(request, cancellationToken);
            });
    }

    /// <exception cref="NotFoundException">There is no such key.</exception>
    /// <exception cref="AccessDeniedException">The caller is no admin.</exception>
    /// <exception cref="StoreException">The store or its audit log cannot be written.</exception>
    public Task<KeyInfo> RevokeAsync(Caller caller, string id, CancellationToken cancellationToken = default) => audit.GuardAsync(
        caller,
        "RevokeKey",
        () => SafeNames.Shown(id),
        async () =>
        {
            RequireAdmin(caller, "revokes keys");
            var revoked = await keys.RevokeAsync(id, cancellationToken);
            cache?.Forget(id);
            return revoked;
        });

    private static void RequireAdmin(Caller caller, string verb)
    {
        if (caller.Role < Role.Admin)
        {
            throw new AccessDeniedException($"only an admin {verb}; '{caller.User}' is {Roles.NameOf(caller.Role)}");
        }
    }
}
