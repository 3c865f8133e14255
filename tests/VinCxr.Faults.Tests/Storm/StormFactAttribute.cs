using System.Runtime.CompilerServices;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>The limit of a storm grows with its faults.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StormFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : BoundedFactAttribute(15 + (StormOptions.FromEnvironment().Faults / 2), sourceFilePath, sourceLineNumber);
