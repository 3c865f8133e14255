using VinCxr.Core;

namespace VinCxr.Training.Checkpoints;

/// <summary>A checkpoint that cannot be gone on from; an older one, or a fresh start, may do.</summary>
public sealed class CheckpointException(string message, Exception? innerException = null) : VinCxrException(message, innerException);
