using ScottPlot;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Colours of a plot on light or on dark paper.</summary>
/// <param name="Name">As in the file names and the page: <c>light</c> or <c>dark</c>.</param>
/// <param name="Series">Colours of bars and marks, in order.</param>
internal sealed record PlotTheme(string Name, Color Paper, Color Ink, Color Grid, IReadOnlyList<Color> Series, IColormap Map)
{
    public static PlotTheme Light { get; } = new(
        "light", Color.FromHex("#ffffff"), Color.FromHex("#1f2933"), Color.FromHex("#e1e5ea"),
        [Palette.OnPaper(0), Palette.OnPaper(4), Palette.OnPaper(2)], new Between(Color.FromHex("#f3f6fa"), Color.FromHex("#4f95c8"), Color.FromHex("#08306b")));

    public static PlotTheme Dark { get; } = new(
        "dark", Color.FromHex("#14181d"), Color.FromHex("#d9e0e8"), Color.FromHex("#313943"),
        [Color.FromHex("#56b4e9"), Color.FromHex("#e69f00"), Color.FromHex("#00c48c")],
        new Between(Color.FromHex("#1c232b"), Color.FromHex("#2f7fb5"), Color.FromHex("#c6e6ff")));

    /// <summary>Colour that can be read on a cell of this share of the map's range.</summary>
    public Color InkOn(double share) => (Map.GetColor(share) is var c && (0.299 * c.R) + (0.587 * c.G) + (0.114 * c.B) > 140) ? Color.FromHex("#101418") : Colors.White;

    /// <summary>One hue from paper to full ink by way of a middle tone; darker (or, on dark paper, brighter) means more.</summary>
    private sealed class Between(Color low, Color middle, Color high) : IColormap
    {
        public string Name => "one hue";

        public Color GetColor(double position) => position < 0.5 ? Mix(low, middle, position * 2) : Mix(middle, high, (position * 2) - 1);

        private static Color Mix(Color a, Color b, double share)
        {
            double at = double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
            return new((byte)(a.R + ((b.R - a.R) * at)), (byte)(a.G + ((b.G - a.G) * at)), (byte)(a.B + ((b.B - a.B) * at)));
        }
    }
}
