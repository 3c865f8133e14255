using VinCxr.Contracts.Sweeps;
using VinCxr.Core;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// The sweep state machine as pure functions; each returns the same instance when nothing changes.
/// Pending -> Running -> Succeeded | Failed | Cancelled, with Paused and Stopping on the way; an ended sweep may be reopened.
/// </summary>
public static class SweepTransitions
{
    /// <summary>The first lease was given.</summary>
    public static SweepDocument Begin(SweepDocument sweep) => sweep.State == SweepState.Pending ? sweep with { State = SweepState.Running } : sweep;

    public static SweepDocument Pause(SweepDocument sweep)
    {
        RequireSteerable(sweep, "pause");
        return sweep.State == SweepState.Paused ? sweep : sweep with { State = SweepState.Paused };
    }

    /// <param name="isRunning">Whether any trial holds a lease.</param>
    public static SweepDocument Resume(SweepDocument sweep, bool isRunning)
    {
        RequireSteerable(sweep, "resume");
        return sweep.State == SweepState.Paused ? sweep with { State = isRunning ? SweepState.Running : SweepState.Pending } : sweep;
    }

    public static SweepDocument Stop(SweepDocument sweep, string reason)
    {
        if (sweep.State == SweepState.Stopping)
        {
            return sweep;
        }

        RequireUnfinished(sweep, "stop");
        return sweep with { State = SweepState.Stopping, Reason = reason };
    }

    /// <summary>As <see cref="Stop"/>, because the budget is used up: a larger one takes the cancelled trials up again.</summary>
    public static SweepDocument Spend(SweepDocument sweep, string reason) =>
        sweep.State == SweepState.Stopping ? sweep : Stop(sweep, reason) with { IsSpent = true };

    public static SweepDocument Cancel(SweepDocument sweep)
    {
        if (sweep.CancelRequested)
        {
            return sweep;
        }

        RequireUnfinished(sweep, "cancel");
        return sweep with { CancelRequested = true };
    }

    public static SweepDocument End(SweepDocument sweep, SweepState state, string? reason, DateTimeOffset now) =>
        sweep.IsEnded ? sweep : sweep with { State = state, Reason = reason, EndedAt = now, Reopening = null };

    /// <summary>More work for the sweep; an ended one goes on.</summary>
    /// <param name="verb">For the message of a refusal.</param>
    public static SweepDocument Reopen(SweepDocument sweep, string verb, ReopenWish wish)
    {
        if (sweep.State == SweepState.Stopping || (sweep.CancelRequested && !sweep.IsEnded))
        {
            throw new ConflictException($"the sweep cannot {verb} while it stops; wait until it has ended");
        }

        var next = sweep with { Reopening = wish.And(sweep.Reopening) };
        return sweep.IsEnded ? next with { State = SweepState.Pending, CancelRequested = false, IsSpent = false, Reason = null, EndedAt = null } : next;
    }

    private static void RequireSteerable(SweepDocument sweep, string verb)
    {
        RequireUnfinished(sweep, verb);
        if (sweep.State == SweepState.Stopping)
        {
            throw new ConflictException($"the sweep cannot {verb}: it stops, {sweep.Reason}");
        }
    }

    private static void RequireUnfinished(SweepDocument sweep, string verb)
    {
        if (sweep.IsEnded)
        {
            throw new ConflictException($"the sweep cannot {verb}: it ended {sweep.State} at {sweep.EndedAt:u}");
        }
    }
}
