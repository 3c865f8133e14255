using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Server.Security.Endpoints;

/// <summary>Keys, the audit log and who the caller is, under <c>/api/v1</c>.</summary>
public static class SecurityEndpoints
{
    private const int DefaultEntries = 100;
    private const int MaxEntries = 1000;

    public static RouteGroupBuilder MapSecurityEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet("/whoami", WhoAmI).RequireAuthorization(Policies.Viewer).WithName("WhoAmI").WithSummary("Who the caller is, and what role it has.").Produces<WhoAmI>().WithTags("Access");
        var admin = api.MapGroup("").WithTags("Access").RequireAuthorization(Policies.Admin);
        admin.MapGet("/keys", ListKeysAsync).WithName("ListKeys").WithSummary("API keys, without their secrets.").Produces<IReadOnlyList<KeyInfo>>();
        admin.MapPost("/keys", CreateKeyAsync).WithName("CreateKey").WithSummary("Makes an API key; its secret is shown in this answer only.")
            .Produces<CreatedKey>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        admin.MapDelete("/keys/{id}", RevokeKeyAsync).WithName("RevokeKey").WithSummary("Ends a key within seconds.").Produces<KeyInfo>().ProducesProblem(StatusCodes.Status404NotFound);
        admin.MapGet("/audit", ReadAuditAsync).WithName("ReadAudit").WithSummary("Audit log after a sequence number, oldest first.").Produces<IReadOnlyList<AuditLine>>();
        return api;
    }

    private static JsonHttpResult<WhoAmI> WhoAmI(HttpContext context)
    {
        var caller = Who(context);
        return Json(new WhoAmI(caller.User, Roles.NameOf(caller.Role), caller.Patients, caller.KeyId));
    }

    private static async Task<JsonHttpResult<IReadOnlyList<KeyInfo>>> ListKeysAsync(IApiKeyStore keys, CancellationToken cancellationToken) =>
        Json(await keys.ListAsync(cancellationToken));

    private static async Task<IResult> CreateKeyAsync(JsonBody<CreateKey> body, HttpContext context, KeyAdministration keys, CancellationToken cancellationToken)
    {
        var created = await keys.CreateAsync(Who(context), body.Value, cancellationToken);

        // The answer holds the secret: no cache on the way may keep it.
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(created, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<JsonHttpResult<KeyInfo>> RevokeKeyAsync(string id, HttpContext context, KeyAdministration keys, CancellationToken cancellationToken) =>
        Json(await keys.RevokeAsync(Who(context), id, cancellationToken));

    private static async Task<JsonHttpResult<IReadOnlyList<AuditLine>>> ReadAuditAsync(
        AuditLog audit, CancellationToken cancellationToken, long after = 0, int limit = DefaultEntries)
    {
        if (limit is < 1 or > MaxEntries)
        {
            throw new InvalidInputException($"limit {limit} is not between 1 and {MaxEntries}");
        }

        List<AuditLine> lines = [];
        await foreach (var line in audit.ReadAsync(after, cancellationToken))
        {
            lines.Add(line);
            if (lines.Count == limit)
            {
                break;
            }
        }

        return Json<IReadOnlyList<AuditLine>>(lines);
    }

    private static Caller Who(HttpContext context) => Caller.Of(context.User) ?? throw new AccessDeniedException("nobody is signed in");

    private static JsonHttpResult<T> Json<T>(T value) => TypedResults.Json(value, ApiJson.Options);
}
