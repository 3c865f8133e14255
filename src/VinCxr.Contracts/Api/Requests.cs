namespace VinCxr.Contracts.Api;

/// <summary>One page of a list.</summary>
/// <param name="Next">Cursor of the next page, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Body of <c>POST /sweeps</c> as JSON; as <c>application/yaml</c> the body is the file itself.</summary>
/// <param name="Yaml">The sweep file's text.</param>
/// <param name="ForkOf">Sweep or trial whose checkpoints the trials go on from, or null.</param>
public sealed record SweepFileRequest(string Yaml, string? ForkOf = null);

/// <param name="Cancelled">Also the cancelled trials.</param>
public sealed record RetryRequest(bool Cancelled = false);

/// <param name="Waiting">Trials that wait again.</param>
public sealed record RetryAnswer(int Waiting);

/// <summary>What a sweep file would train first.</summary>
/// <param name="Errors">Every mistake with its path; empty for a file that can be submitted.</param>
/// <param name="Variants">The first variants; not more than a page of them.</param>
/// <param name="Trials">Trials of all first variants, listed or not.</param>
/// <param name="Cost">What that takes; null for a file with mistakes.</param>
public sealed record SweepFileReport(
    IReadOnlyList<SweepFileMistake> Errors, IReadOnlyList<PlannedVariant> Variants, int Folds, int Trials, SweepCost? Cost = null);

/// <param name="Path">Dotted path, empty for the file as a whole.</param>
/// <param name="Line">Line of the file that it is about, from 1; null for what is missing altogether.</param>
public sealed record SweepFileMistake(string Path, string Message, int? Line = null);

/// <param name="Queue">Where it would wait.</param>
/// <param name="Epochs">Epochs of all trials when none is stopped early.</param>
/// <param name="Gpus">Slots of one trial: a share of a device, or whole ones.</param>
/// <param name="MemoryMb">Device memory of its hungriest trial, MiB, as estimated from network, batch, image size and precision; null when unknown.</param>
/// <param name="BudgetHours">Slot hours after which nothing further starts; null is unlimited.</param>
public sealed record SweepCost(string Queue, int Priority, long Epochs, double Gpus, int MaxConcurrent, int? MemoryMb, double? BudgetHours);

public sealed record PlannedVariant(string Variant, string Description, int Epochs);

/// <summary>Limits of a queue, as <see cref="Scheduling.QueueSettings"/> has them.</summary>
public sealed record QueueLimits(double Weight = 1, double? Slots = null, double? UserSlots = null, double HalfLifeHours = 24, bool Preempts = true);

/// <summary>An error as RFC 9457 writes it, with what this system adds.</summary>
/// <param name="Detail">One line for people.</param>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Errors">Every mistake of bad input.</param>
public sealed record Problem(int Status, string? Title, string? Detail, string? Code = null, IReadOnlyList<string>? Errors = null);

public static class ProblemCodes
{
    public const string InvalidInput = "invalid_input";
    public const string NotFound = "not_found";
    public const string Conflict = "conflict";
    public const string AccessDenied = "access_denied";

    /// <summary>The image is there and cannot be decoded.</summary>
    public const string UnreadableImage = "unreadable_image";

    /// <summary>The store or the cluster does not answer; the same request may succeed later.</summary>
    public const string Unavailable = "unavailable";
}
