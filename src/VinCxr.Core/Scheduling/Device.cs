using System.Text.Json.Serialization;

namespace VinCxr.Core.Scheduling;

/// <summary>One device of a node as the scheduler weighs it.</summary>
/// <param name="Index">0-based.</param>
/// <param name="MemoryMb">Memory, MiB; null when unknown, which excludes nothing.</param>
/// <param name="Free">Share that nothing uses, 0 to 1.</param>
public sealed record Device(int Index, [property: JsonPropertyName("mb")] int? MemoryMb, double Free = 1);

/// <param name="Share">Part of the device, in (0, 1].</param>
public sealed record DeviceShare(int Index, double Share);
