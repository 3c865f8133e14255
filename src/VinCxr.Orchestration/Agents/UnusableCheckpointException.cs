using VinCxr.Core;

namespace VinCxr.Orchestration.Agents;

/// <summary>A stored checkpoint is gone or is not the trial's own.</summary>
internal sealed class UnusableCheckpointException(string blob, string message) : VinCxrException(message)
{
    public string Blob { get; } = blob;
}
