using ScottPlot;

namespace VinCxr.Cli.Pictures;

/// <summary>Eight colours that stay apart for people with colour-blindness (Okabe and Ito 2008, without black, darkened for white paper).</summary>
internal static class Palette
{
    private static readonly uint[] Rgb = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x8C564B, 0x7F7F7F];

    public static Color ColorOf(int index)
    {
        (byte red, byte green, byte blue) = RgbOf(index);
        return new Color(red, green, blue);
    }

    public static (byte Red, byte Green, byte Blue) RgbOf(int index)
    {
        uint rgb = Rgb[index % Rgb.Length];
        return ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }
}
