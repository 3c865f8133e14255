namespace VinCxr.Training.Models.YoloV5;

/// <summary>Depth and width multiples that turn the one published layout into n, s, m, l and x.</summary>
internal readonly record struct YoloV5Size(double Depth, double Width)
{
    public static readonly IReadOnlyDictionary<string, YoloV5Size> Variants = new Dictionary<string, YoloV5Size>
    {
        ["n"] = new(0.33, 0.25),
        ["s"] = new(0.33, 0.50),
        ["m"] = new(0.67, 0.75),
        ["l"] = new(1.00, 1.00),
        ["x"] = new(1.33, 1.25),
    };

    /// <summary>Channels of a layer that has this many in l, rounded up to a multiple of 8.</summary>
    public int Channels(int full) => (int)Math.Ceiling(full * Width / 8) * 8;

    /// <summary>Bottlenecks of a block that has this many in l, at least 1.</summary>
    public int Repeats(int full) => Math.Max((int)Math.Round(full * Depth), 1);
}
