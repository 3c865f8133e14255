using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>What people see of sweeps.</summary>
internal static class SweepReadEndpoints
{
    public static void Map(RouteGroupBuilder sweeps)
    {
        var read = sweeps.MapGroup("").RequireRole(Policies.Viewer);
        read.MapGet("", ListAsync).WithName("ListSweeps").WithSummary("Sweeps, newest first.");
        var one = read.MapGroup("/{sweep}").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("", GetAsync).WithName("GetSweep").WithSummary("One sweep with all of its trials.");
        one.MapGet("/trials", ListTrialsAsync).WithName("ListTrials").WithSummary("Trials of a sweep in the order in which they start.");
        one.MapGet("/trials/{trial}/explanation", ExplainAsync).WithName("ExplainTrial").WithSummary("Where a trial stands and why.");
        one.MapGet("/decisions", DecisionsAsync).WithName("GetDecisions").WithSummary("Decision log, oldest first.");
        one.MapGet("/leaderboard", LeaderboardAsync).WithName("GetLeaderboard").WithSummary("Variants and ensembles by out-of-fold mAP@0.4.");
        one.MapGet("/events", EventsAsync).Produces<SweepEvent>(StatusCodes.Status200OK, "text/event-stream").WithName("WatchSweep")
            .WithSummary("Changes of a sweep as server-sent events until it has ended; resumes after Last-Event-ID.");
    }

    private static async Task<Ok<Page<SweepSummary>>> ListAsync(
        ClaimsPrincipal user, ControlPlanes planes, string? cursor, int? limit, SweepState? state, CancellationToken cancellationToken)
    {
        var all = await planes.Of(user).ListSweepsAsync(cancellationToken);
        SweepSummary[] ordered = [.. all.Where(s => state is null || s.State == state).OrderByDescending(KeyOf, StringComparer.Ordinal)];
        return TypedResults.Ok(Cursor.Page(ordered, cursor, limit, KeyOf, (sweep, key) => string.CompareOrdinal(KeyOf(sweep), key) < 0));
    }

    private static string KeyOf(SweepSummary sweep) => $"{sweep.SubmittedAt.UtcTicks:D20} {sweep.Id}";

    private static async Task<TaggedJson<SweepDetails>> GetAsync(string sweep, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        new(await planes.Of(user).GetSweepAsync(sweep, cancellationToken));

    private static async Task<Ok<Page<TrialSummary>>> ListTrialsAsync(
        string sweep, ClaimsPrincipal user, ControlPlanes planes, string? cursor, int? limit, TrialState? state, CancellationToken cancellationToken)
    {
        // A sweep's trials keep their places, and new ones come last.
        var trials = (await planes.Of(user).GetSweepAsync(sweep, cancellationToken)).Trials.Select((trial, place) => (trial, Key: place.ToString("D9", CultureInfo.InvariantCulture)));
        (TrialSummary Trial, string Key)[] wanted = [.. trials.Where(t => state is null || t.trial.State == state)];
        var page = Cursor.Page(wanted, cursor, limit, t => t.Key, (t, key) => string.CompareOrdinal(t.Key, key) > 0);
        return TypedResults.Ok(new Page<TrialSummary>([.. page.Items.Select(t => t.Trial)], page.Next));
    }

    private static async Task<Ok<TrialExplanation>> ExplainAsync(
        string sweep, string trial, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ExplainTrialAsync(sweep, trial, cancellationToken));

    private static async Task<Ok<IReadOnlyList<DecisionLine>>> DecisionsAsync(
        string sweep, ClaimsPrincipal user, ControlPlanes planes, long? after, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetDecisionsAsync(sweep, Sequence.Of(after), cancellationToken));

    private static async Task<TaggedJson<Leaderboard>> LeaderboardAsync(string sweep, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        new(await planes.Of(user).GetLeaderboardAsync(sweep, cancellationToken));

    private static async Task EventsAsync(
        string sweep, HttpContext context, ClaimsPrincipal user, ControlPlanes planes, SweepFeeds feeds, TimeProvider time, CancellationToken cancellationToken)
    {
        // Whoever may see the sweep may see its feed, which everybody shares, for as long as that holds.
        var details = await planes.Of(user).GetSweepAsync(sweep, cancellationToken);
        await using var feed = feeds.Watch(details.Summary.Id);
        var events = feed.ReadAsync(EventStream.LastEventId(context.Request), cancellationToken);
        await EventStream.WriteAsync(context.Response, planes.GuardAsync(user, nameof(IControlPlane.WatchSweepAsync), events, cancellationToken), time, cancellationToken);
    }
}
