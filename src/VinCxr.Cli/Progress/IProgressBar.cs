namespace VinCxr.Cli.Progress;

/// <summary>One running piece of work; thread-safe.</summary>
internal interface IProgressBar
{
    /// <param name="done">Units finished so far, never falling.</param>
    /// <param name="total">Units in all, or 0 while unknown.</param>
    /// <param name="note">A few words shown beside the bar, or null.</param>
    void Update(double done, double total, string? note = null);
}
