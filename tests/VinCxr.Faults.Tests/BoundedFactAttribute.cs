using System.Runtime.CompilerServices;

namespace VinCxr.Faults.Tests;

/// <summary>
/// A fact over real processes. Something that never answers, which is what faults bring about, fails this test by name and does not hold up the run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public class BoundedFactAttribute : FactAttribute
{
    /// <param name="minutes">Several times what the test takes on a busy machine.</param>
    public BoundedFactAttribute(int minutes = 12, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = (int)TimeSpan.FromMinutes(minutes).TotalMilliseconds;
}
