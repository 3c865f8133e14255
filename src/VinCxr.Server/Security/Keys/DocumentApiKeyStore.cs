using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Security.Keys;

/// <summary>Keys as documents of the store, one for each.</summary>
public sealed class DocumentApiKeyStore(IDocumentStore documents, TimeProvider clock) : IApiKeyStore
{
    /// <summary>Days that a key lasts when nobody says.</summary>
    public const double DefaultDays = 90;

    internal const string Collection = "api-keys";
    private const double MaxDays = 3650;

    public async Task<CreatedKey> CreateAsync(CreateKey request, CancellationToken cancellationToken = default)
    {
        Check(request);
        var token = ApiKeyToken.Create();
        var now = clock.GetUtcNow();
        var key = new ApiKey(
            token.Id, request.Name, request.User ?? request.Name, request.Role, request.Patients, now, now.AddDays(request.ExpiresDays ?? DefaultDays), null,
            token.SecretSha256);
        await documents.PutAsync(Collection, key.Id, ToJson(key), null, cancellationToken);
        return new CreatedKey(key.Info, token.Text);
    }

    public async Task<IReadOnlyList<KeyInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        List<KeyInfo> keys = [];
        await foreach (var document in documents.ListAsync(Collection, cancellationToken: cancellationToken))
        {
            keys.Add(FromJson(document).Info);
        }

        return [.. keys.OrderByDescending(k => k.CreatedAt)];
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        ApiKeyToken.IsId(id) && await documents.FindAsync(Collection, id, cancellationToken) is { } document ? FromJson(document) : null;

    public async Task<KeyInfo> RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (!ApiKeyToken.IsId(id) || await documents.FindAsync(Collection, id, cancellationToken) is not { } document)
            {
                throw new NotFoundException($"no key '{SafeNames.Shown(id)}', see 'vincxr key ls'");
            }

            var key = FromJson(document);
            if (key.RevokedAt is not null)
            {
                return key.Info;
            }

            key = key with { RevokedAt = clock.GetUtcNow() };
            try
            {
                await documents.PutAsync(Collection, id, ToJson(key), document.Etag, cancellationToken);
                return key.Info;
            }
            catch (ConflictException)
            {
                // Somebody else revoked it meanwhile: the next look says so.
            }
        }
    }

    private static void Check(CreateKey request)
    {
        List<string> errors = [];
        foreach (var (what, name) in new[] { ("name", request.Name), ("user", request.User ?? request.Name) })
        {
            if (!SafeNames.IsSafe(name))
            {
                errors.Add($"{what}: '{SafeNames.Shown(name)}' is not 1 to 100 visible characters without blanks around them");
            }
        }

        if (Roles.Find(request.Role) is null)
        {
            errors.Add($"role: '{SafeNames.Shown(request.Role)}' is none of {string.Join(", ", Roles.Names)}");
        }

        if (request.ExpiresDays is { } days && !(days > 0 && days <= MaxDays))
        {
            errors.Add($"expiresDays: {days:0.###} is not above 0 and up to {MaxDays}");
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException("key", errors);
        }
    }

    private static string ToJson(ApiKey key) => JsonSerializer.Serialize(key, ApiJson.Options);

    private static ApiKey FromJson(StoredDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize<ApiKey>(document.Json, ApiJson.Options) ?? throw new StoreException($"key '{document.Id}' is empty in the store");
        }
        catch (JsonException error)
        {
            throw new StoreException($"key '{document.Id}' cannot be read from the store: {error.Message}", error);
        }
    }
}
