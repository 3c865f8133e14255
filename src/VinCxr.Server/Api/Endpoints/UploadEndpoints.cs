using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using VinCxr.Contracts.Api;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;
using VinCxr.Server.Uploads;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>Data sets that come from elsewhere, file by file.</summary>
internal static class UploadEndpoints
{
    public static void Map(RouteGroupBuilder uploads, UploadOptions options)
    {
        uploads.MapGet("", ListAsync).RequireRole(Policies.Submitter).WithName("ListUploads")
            .WithSummary("Uploads for a data set on this server, newest first: one's own, for operators everybody's.");
        uploads.MapPost("", CreateAsync).RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("CreateUpload").WithSummary("Begins an upload for a data set. The same Idempotency-Key gives the same upload as long as that is there.");
        var one = uploads.MapGroup("/{upload}").RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("", GetAsync).WithName("GetUpload").WithSummary("How far an upload is, and its ingest.");
        one.MapDelete("", RemoveAsync).ProducesProblem(StatusCodes.Status409Conflict).WithName("RemoveUpload").WithSummary("Ends an upload with its files; what was ingested stays.");
        one.MapGet("/files", ListFilesAsync).WithName("ListUploadFiles").WithSummary("Files that have arrived whole, with their sha256, by name.");
        one.MapPut("/files/{**file}", PutAsync).Accepts<Stream>("application/octet-stream", "*/*")
            .WithMetadata(new RequestSizeLimitAttribute(Math.Max(options.FileBytes, options.AnnotationBytes)))
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithName("PutUploadFile").WithSummary("One DICOM or CSV file by its path below the images folder. The content that is there already, by its Repr-Digest, is not read again.");
        one.MapDelete("/files/{**file}", RemoveFileAsync).ProducesProblem(StatusCodes.Status409Conflict).WithName("RemoveUploadFile").WithSummary("Takes a file back.");
        one.MapPut("/ingest", IngestAsync).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).WithName("IngestUpload").WithSummary("Ingests what has arrived; asking for the same again changes nothing. Follow it with GetUpload.");
        one.MapGet("/report", ReportAsync).ProducesProblem(StatusCodes.Status409Conflict).WithName("GetUploadReport").WithSummary("What the ingest found, once it is done.");
    }

    private static async Task<Ok<IReadOnlyList<UploadInfo>>> ListAsync(string dataset, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ListUploadsAsync(dataset, cancellationToken));

    private static async Task<Created<UploadInfo>> CreateAsync(
        string dataset, [FromHeader(Name = IdempotencyKey.Header)] string? key, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken)
    {
        var upload = await planes.Of(user).CreateUploadAsync(dataset, new CreateUpload(IdempotencyKey.Check(key)), cancellationToken);
        return TypedResults.Created($"{ApiEndpoints.Root}/datasets/{Uri.EscapeDataString(dataset)}/uploads/{upload.Id}", upload);
    }

    private static async Task<Ok<UploadInfo>> GetAsync(string dataset, string upload, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetUploadAsync(dataset, upload, cancellationToken));

    private static async Task<NoContent> RemoveAsync(string dataset, string upload, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken)
    {
        await planes.Of(user).RemoveUploadAsync(dataset, upload, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<UploadedFile>>> ListFilesAsync(
        string dataset, string upload, ClaimsPrincipal user, UploadPlanes planes, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        var files = await planes.Of(user).ListUploadFilesAsync(dataset, upload, cancellationToken);
        return TypedResults.Ok(Cursor.Page(files, cursor, limit, f => f.Name, (f, key) => string.CompareOrdinal(f.Name, key) > 0));
    }

    private static async Task<Ok<UploadedFile>> PutAsync(
        string dataset, string upload, string file, HttpContext context, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var content = new UploadContent(NameOf(file), request.ContentLength, ContentDigest.Sha256Of(request), () => request.Body);
        var kept = await planes.Of(user).PutUploadFileAsync(dataset, upload, content, cancellationToken);
        context.Response.GetTypedHeaders().ETag = new EntityTagHeaderValue($"\"{kept.Sha256}\"");
        return TypedResults.Ok(kept);
    }

    private static async Task<NoContent> RemoveFileAsync(
        string dataset, string upload, string file, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken)
    {
        await planes.Of(user).RemoveUploadFileAsync(dataset, upload, NameOf(file), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<UploadInfo>> IngestAsync(
        string dataset, string upload, JsonBody<UploadIngest> body, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken)
    {
        var info = await planes.Of(user).IngestUploadAsync(dataset, upload, body.Value, cancellationToken);
        return TypedResults.Accepted($"{ApiEndpoints.Root}/datasets/{Uri.EscapeDataString(dataset)}/uploads/{info.Id}", info);
    }

    private static async Task<Ok<UploadReport>> ReportAsync(string dataset, string upload, ClaimsPrincipal user, UploadPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetUploadReportAsync(dataset, upload, cancellationToken));

    /// <summary>A slash that is part of a value, as clients made from the OpenAPI document write it, arrives as it was sent.</summary>
    private static string NameOf(string file) => file.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase);
}
