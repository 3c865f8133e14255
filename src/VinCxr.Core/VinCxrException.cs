namespace VinCxr.Core;

/// <summary>Root of every error this system raises on purpose. The message is one line that quotes the bad value and says what to do.</summary>
public abstract class VinCxrException : Exception
{
    protected VinCxrException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Input from a person (file, option, spec) that cannot be used; holds every error found, not just the first.</summary>
public sealed class InvalidInputException : VinCxrException
{
    public InvalidInputException(string message, Exception? innerException = null)
        : base(message, innerException) => Errors = [message];

    public InvalidInputException(string subject, IReadOnlyList<string> errors)
        : base($"{subject}: {errors.Count} error{(errors.Count == 1 ? "" : "s")}: {string.Join("; ", errors)}")
    {
        Subject = subject;
        Errors = errors;
    }

    /// <summary>What the errors are in, for example a file name; null when the message says it itself.</summary>
    public string? Subject { get; }

    private InvalidInputException(IReadOnlyList<string> errors, string message)
        : base(message) => Errors = errors;

    public IReadOnlyList<string> Errors { get; }

    /// <summary>The error as it was raised elsewhere: another process, or a grain.</summary>
    public static InvalidInputException Restore(string message, IReadOnlyList<string> errors) => new(errors, message);
}

/// <summary>A named thing (data set, sweep, trial, blob) that does not exist where it was looked for.</summary>
public sealed class NotFoundException(string message, Exception? innerException = null) : VinCxrException(message, innerException);

/// <summary>The store cannot be reached, vanished, or holds bytes that fail their checksum.</summary>
public sealed class StoreException(string message, Exception? innerException = null) : VinCxrException(message, innerException);

/// <summary>A compare-and-set lost: the document changed, or the lease epoch is stale.</summary>
public sealed class ConflictException(string message, Exception? innerException = null) : VinCxrException(message, innerException);

/// <summary>Training cannot go on (diverged loss, broken checkpoint, unusable device).</summary>
public sealed class TrainingException(string message, Exception? innerException = null) : VinCxrException(message, innerException);

/// <summary>The caller is known, and may not do this.</summary>
public sealed class AccessDeniedException(string message, Exception? innerException = null) : VinCxrException(message, innerException);
