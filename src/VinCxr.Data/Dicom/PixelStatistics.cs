using System.Runtime.InteropServices;

namespace VinCxr.Data.Dicom;

/// <summary>Minimum, maximum and sum of the stored values of all frames and samples, before rescale and window.</summary>
public readonly record struct PixelStatistics(int Min, int Max, long Sum)
{
    public static PixelStatistics Of(DicomImage image)
    {
        bool signed = image.Header.Signed;
        return (image.Header.BitsAllocated <= 8, signed) switch
        {
            (true, false) => Scan<byte>(image.PixelBytes, value => value),
            (true, true) => Scan<sbyte>(image.PixelBytes, value => value),
            (false, false) => Scan<ushort>(image.PixelBytes, value => value),
            (false, true) => Scan<short>(image.PixelBytes, value => value),
        };
    }

    private static PixelStatistics Scan<T>(byte[] bytes, Func<T, int> widen)
        where T : unmanaged
    {
        int min = int.MaxValue, max = int.MinValue;
        long sum = 0;
        foreach (T stored in MemoryMarshal.Cast<byte, T>(bytes))
        {
            int value = widen(stored);
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value;
        }

        return new PixelStatistics(min, max, sum);
    }
}
