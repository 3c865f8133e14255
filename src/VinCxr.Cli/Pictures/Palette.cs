using ScottPlot;

namespace VinCxr.Cli.Pictures;

/// <summary>Colours that stay apart for people with colour-blindness (after Okabe and Ito 2008), eight on white paper and fourteen on dark pictures.</summary>
internal static class Palette
{
    private static readonly uint[] Paper = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x8C564B, 0x7F7F7F];

    private static readonly uint[] Dark =
    [
        0xE69F00, 0x56B4E9, 0x00C48C, 0xF0E442, 0xFF6E40, 0xE58BC0, 0x4F8CFF, 0xB5E61D, 0xC49CFF, 0xFF4D6D, 0x00E5E5, 0xD2A679, 0xA0A0FF, 0xFFFFFF,
    ];

    public static Color OnPaper(int index)
    {
        (byte red, byte green, byte blue) = Split(Paper[index % Paper.Length]);
        return new Color(red, green, blue);
    }

    public static (byte Red, byte Green, byte Blue) OnDark(int index) => Split(Dark[index % Dark.Length]);

    private static (byte Red, byte Green, byte Blue) Split(uint rgb) => ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
}
