namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// An image on its way through a chain of steps: stored codes, and the display level in [0, 1] of every code. A step that changes
/// levels changes the table only; one that looks at neighbours replaces the codes by display values.
/// </summary>
internal sealed class WorkingImage(StoredPixels pixels, float[] levels)
{
    private PixelRegion? _region;

    public StoredPixels Pixels { get; private set; } = pixels;

    /// <summary>Level of each of the <see cref="StoredPixels.Codes"/> codes; steps write into it.</summary>
    public float[] Levels { get; private set; } = levels;

    public int Width => Pixels.Width;

    public int Height => Pixels.Height;

    /// <summary>The part of the stored image that is left, or null for all of it.</summary>
    public PixelRegion? Region => _region;

    /// <summary>Levels as values 0..65535 of every pixel, row-major; a copy.</summary>
    public ushort[] ToDisplay()
    {
        var values = new ushort[StoredPixels.Codes];
        for (int code = 0; code < values.Length; code++)
        {
            values[code] = (ushort)Math.Clamp((Levels[code] * ushort.MaxValue) + 0.5f, 0, ushort.MaxValue);
        }

        ReadOnlySpan<ushort> codes = Pixels.Pixels;
        var display = new ushort[codes.Length];
        for (int i = 0; i < display.Length; i++)
        {
            display[i] = values[codes[i]];
        }

        return display;
    }

    /// <summary>Takes values 0..65535 of every pixel in place of codes and levels; the array is kept, not copied.</summary>
    public void Replace(ushort[] display)
    {
        Pixels = StoredPixels.Of(Width, Height, display);
        var levels = new float[StoredPixels.Codes];
        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = code / (float)ushort.MaxValue;
        }

        Levels = levels;
    }

    /// <summary>Keeps a part of the image, given in pixels of what is there now.</summary>
    public void Crop(PixelRegion part)
    {
        if (part == PixelRegion.Whole(Width, Height))
        {
            return;
        }

        ReadOnlySpan<ushort> codes = Pixels.Pixels;
        var kept = new ushort[part.Width * part.Height];
        for (int row = 0; row < part.Height; row++)
        {
            codes.Slice(((part.Y + row) * Width) + part.X, part.Width).CopyTo(kept.AsSpan(row * part.Width));
        }

        _region = part with { X = part.X + (_region?.X ?? 0), Y = part.Y + (_region?.Y ?? 0) };
        Pixels = StoredPixels.Of(part.Width, part.Height, kept);
    }
}
