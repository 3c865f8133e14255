using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Training.Checkpoints;
using VinCxr.Training.Loop;

namespace VinCxr.Training.Process;

/// <summary>Sorts errors into the kinds of <see cref="Core.Trials.TrainerFailed"/>, which decide how a trial is retried.</summary>
public static class FailureKind
{
    public static string Of(Exception error) => error switch
    {
        OutOfMemoryException => "oom",
        DivergenceException => "nan",
        CheckpointException => "checkpoint",
        _ when DiskSpace.IsExhausted(error) => "disk",
        NotFoundException or StoreException or InvalidInputException => "data",
        _ when IsTorchOutOfMemory(error.Message) => "oom",
        _ => "error",
    };

    /// <summary>The first line: torch appends its C++ stack to messages.</summary>
    public static string Describe(Exception error)
    {
        string line = error.Message.Split('\n', 2)[0].Trim();
        return error is VinCxrException ? line : $"{error.GetType().Name}: {line}";
    }

    // libtorch reports failed allocations as plain runtime errors: c10/core/impl/alloc_cpu.cpp and CUDACachingAllocator.cpp.
    private static bool IsTorchOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) ||
        message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);
}
