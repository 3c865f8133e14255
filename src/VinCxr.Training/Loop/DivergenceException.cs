using VinCxr.Core;

namespace VinCxr.Training.Loop;

/// <summary>The loss or its gradient is no longer a finite number.</summary>
public sealed class DivergenceException(string message) : VinCxrException(message);
