using System.Globalization;
using System.Runtime.ExceptionServices;
using VinCxr.Core;

namespace VinCxr.Fuzz.Subjects;

/// <summary>
/// Most bytes that a step may allocate on the managed heap for an input of some length. Linear: what the densest encoding packs into
/// a byte, and a fixed sum for what the reader takes on trust.
/// </summary>
internal sealed class AllocationBudget
{
    private const long Fixed = 1L << 20;

    /// <summary>Object, strings and dictionary entry of an element whose header takes eight bytes, with the growth of the collections.</summary>
    private const long HeaderPerByte = 200;

    /// <summary>JPEG's 512 samples a byte, each held twice: two bytes as decoded and up to two as stored; rounded up.</summary>
    private const long PixelsPerByte = 2100;

    /// <summary>An even image has no least size in JPEG 2000 and next to none when deflated; the reader takes up to 64 MiB of one on trust.</summary>
    private const long Trusted = 64L << 20;

    private AllocationBudget(long length, bool isTrusted)
    {
        Header = Fixed + (HeaderPerByte * length) + (isTrusted ? 2 * Trusted : 0);
        Pixels = Header + (PixelsPerByte * length) + (isTrusted ? 2 * Trusted : 0);
    }

    public long Header { get; }

    public long Pixels { get; }

    public static AllocationBudget Of(ReadOnlySpan<byte> input) =>
        new(input.Length, input.IndexOf("1.2.840.10008.1.2.4.9"u8) >= 0 || input.IndexOf("1.2.840.10008.1.2.1.99"u8) >= 0);

    /// <summary>Preparation: samples widened to two bytes, made grey, and three tables of a level for every code.</summary>
    public static long Plane(long pixelBytes) => (2 * Fixed) + (6 * pixelBytes);

    /// <exception cref="InvariantException">The step allocated more than <paramref name="most"/> bytes, whether it answered or refused.</exception>
    public static T Spend<T>(string step, long most, Func<T> work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T? answer = default;
        ExceptionDispatchInfo? refusal = null;
        try
        {
            answer = work();
        }
        catch (VinCxrException e)
        {
            refusal = ExceptionDispatchInfo.Capture(e);
        }

        long spent = GC.GetAllocatedBytesForCurrentThread() - before;
        if (spent > most)
        {
            throw new InvariantException(string.Create(CultureInfo.InvariantCulture, $"{step} allocated {spent:N0} bytes, {most:N0} are allowed"));
        }

        refusal?.Throw();
        return answer!;
    }
}
