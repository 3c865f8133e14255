using TorchSharp;

namespace VinCxr.Training.Tensors;

/// <summary>
/// Scalars that outlive the native call they are passed to. TorchSharp hands a scalar's native handle over without keeping its owner
/// alive, so a temporary (every implicit conversion from a number) may be finalised while native code still reads it: on a busy
/// machine about one training run in two failed with "Unknown scalar type". BannedSymbols.txt keeps such temporaries out of this project.
/// </summary>
internal static class Scalars
{
    // Far more than any one expression uses; the oldest may be finalised once this many newer ones exist on its thread.
    private const int KeptPerThread = 1024;

    [ThreadStatic]
    private static Scalar[]? _kept;

    [ThreadStatic]
    private static int _next;

    public static Scalar One { get; } = 1L.ToScalar();

    public static Scalar Of(double value) => Keep(value.ToScalar());

    public static Scalar Of(long value) => Keep(value.ToScalar());

    private static Scalar Keep(Scalar scalar)
    {
        _kept ??= new Scalar[KeptPerThread];
        _kept[_next] = scalar;
        _next = (_next + 1) % KeptPerThread;
        return scalar;
    }
}
