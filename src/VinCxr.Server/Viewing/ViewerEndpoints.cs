using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Core.Sweeps.Transforms;
using VinCxr.Server.Api.Endpoints;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Viewing;

/// <summary>Images of patients and what raters and models say of them, for callers who may see patients, whatever their role.</summary>
internal static class ViewerEndpoints
{
    private const double DefaultConfidence = 0.25;

    public static void AddVinCxrViewer(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReviewSource>();
        builder.Services.AddSingleton<PlaneService>();
        builder.Services.AddSingleton<ActivationMapSource>();
    }

    /// <param name="api">The group of <see cref="ApiEndpoints.MapVinCxrApi"/>.</param>
    public static RouteGroupBuilder MapViewerEndpoints(this RouteGroupBuilder api)
    {
        var images = api.MapGroup("").RequireAuthorization(Policies.Patients).ProducesProblem(StatusCodes.Status404NotFound).WithTags("Images");
        images.MapGet("/datasets/{reference}/images", ListAsync).WithName("ListImages").WithSummary("Images of a data set by id, of one class if given.");
        images.MapGet("/datasets/{reference}/images/{image}", GetAsync).WithName("GetImage").WithSummary("Header, raters' boxes and consensus of an image.");
        images.MapGet("/datasets/{reference}/images/{image}/plane", GetPlaneAsync).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).WithName("GetImagePlane")
            .WithSummary("Pixels as 16-bit little-endian samples, reduced to size: stored values, or levels after the file's window and a chain of transforms.");
        images.MapGet("/trials/{trial}/images", ListOfTrialAsync).WithName("ListTrialImages")
            .WithSummary("Images that a trial predicted on, of one class if given; with errors only those with a false or missed box at a confidence threshold.");
        images.MapGet("/trials/{trial}/images/{image}", GetOfTrialAsync).WithName("GetTrialImage").WithSummary("A trial's detections on an image, matched with the true boxes.");
        images.MapGet("/trials/{trial}/images/{image}/activation", GetActivationAsync).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .WithName("GetTrialImageActivation").WithSummary("A trial's activation map of an image: one byte a cell, the headers say what of the image it covers.");
        images.MapGet("/sweeps/{sweep}/ensembles/{ensemble}/images", ListOfEnsembleAsync).WithName("ListEnsembleImages")
            .WithSummary("Images that an ensemble predicted on, as for a trial.");
        images.MapGet("/sweeps/{sweep}/ensembles/{ensemble}/images/{image}", GetOfEnsembleAsync).WithName("GetEnsembleImage")
            .WithSummary("An ensemble's detections on an image, matched with the true boxes.");
        api.MapGet("/transforms", ListTransforms).RequireRole(Policies.Viewer).WithTags("Images").WithName("ListTransforms")
            .WithSummary("Steps that a chain of image transforms may hold.");
        return api;
    }

    private static Ok<TransformStepInfo[]> ListTransforms() => TypedResults.Ok<TransformStepInfo[]>(
        [.. TransformCatalog.All.Select(d => new TransformStepInfo(d.Name, d.Target.ToString(), d.Effect, d.Usage))]);

    private static async Task<Ok<Page<ImageEntry>>> ListAsync(
        string reference, ReviewSource source, string? cursor, int? limit, int? classId, CancellationToken cancellationToken)
    {
        var dataset = await source.GetDatasetAsync(reference, cancellationToken);
        ImageEntry[] wanted = [.. dataset.Entries.Where(e => Has(classId, e.Classes, e.IsNormal, dataset))];
        return TypedResults.Ok(Cursor.Page(wanted, cursor, limit, e => e.Id, (e, key) => string.CompareOrdinal(e.Id, key) > 0));
    }

    private static async Task<TaggedJson<ImageDetails>> GetAsync(string reference, string image, ReviewSource source, CancellationToken cancellationToken)
    {
        var dataset = await source.GetDatasetAsync(reference, cancellationToken);
        return new(dataset.DetailsOf(dataset.Image(image)));
    }

    private static async Task<IResult> GetPlaneAsync(
        string reference, string image, ReviewSource source, PlaneService planes, int? size, string? transform, CancellationToken cancellationToken)
    {
        var request = PlaneRequest.Of(size, transform);
        var dataset = await source.GetDatasetAsync(reference, cancellationToken);
        return new PlaneResult(dataset.Image(image), request, planes);
    }

    private static async Task<Ok<Page<ReviewedImage>>> ListOfTrialAsync(
        string trial, ClaimsPrincipal user, ControlPlanes planes, ReviewSource source, string? cursor, int? limit, int? classId, bool? errors, double? confidence,
        CancellationToken cancellationToken) =>
        PageOf(await source.OfTrialAsync(planes.Of(user), trial, cancellationToken), cursor, limit, classId, errors, confidence);

    private static async Task<TaggedJson<ImageReview>> GetOfTrialAsync(
        string trial, string image, ClaimsPrincipal user, ControlPlanes planes, ReviewSource source, CancellationToken cancellationToken) =>
        new((await source.OfTrialAsync(planes.Of(user), trial, cancellationToken)).Image(image));

    private static async Task<IResult> GetActivationAsync(
        string trial, string image, ClaimsPrincipal user, ControlPlanes planes, ActivationMapSource source, CancellationToken cancellationToken) =>
        await source.OfTrialAsync(planes.Of(user), trial, image, cancellationToken);

    private static async Task<Ok<Page<ReviewedImage>>> ListOfEnsembleAsync(
        string sweep, string ensemble, ClaimsPrincipal user, ControlPlanes planes, ReviewSource source, string? cursor, int? limit, int? classId, bool? errors,
        double? confidence, CancellationToken cancellationToken) =>
        PageOf(await source.OfEnsembleAsync(planes.Of(user), sweep, ensemble, cancellationToken), cursor, limit, classId, errors, confidence);

    private static async Task<TaggedJson<ImageReview>> GetOfEnsembleAsync(
        string sweep, string ensemble, string image, ClaimsPrincipal user, ControlPlanes planes, ReviewSource source, CancellationToken cancellationToken) =>
        new((await source.OfEnsembleAsync(planes.Of(user), sweep, ensemble, cancellationToken)).Image(image));

    private static Ok<Page<ReviewedImage>> PageOf(Review review, string? cursor, int? limit, int? classId, bool? errors, double? confidence)
    {
        double threshold = confidence ?? DefaultConfidence;
        if (!(threshold >= 0 && threshold <= 1))
        {
            throw new InvalidInputException($"confidence {threshold} is not between 0 and 1");
        }

        ReviewedImage[] wanted =
        [
            .. review.Entries.Where(e => Has(classId, e.Classes, e.IsNormal, review.Dataset) && (errors is null || errors == HasError(e, threshold))),
        ];
        return TypedResults.Ok(Cursor.Page(wanted, cursor, limit, e => e.Id, (e, key) => string.CompareOrdinal(e.Id, key) > 0));
    }

    private static bool HasError(ReviewedImage image, double threshold) => image.HighestFalse >= threshold || (image.AllFoundUpTo ?? -1) < threshold;

    /// <summary>Of a finding, or with the class <i>No finding</i> normal.</summary>
    private static bool Has(int? classId, IReadOnlyList<int> classes, bool? isNormal, ViewedDataset dataset) =>
        classId is not { } id || (id == dataset.Dataset.Classes.NoFindingId ? isNormal == true : classes.Contains(id));
}
