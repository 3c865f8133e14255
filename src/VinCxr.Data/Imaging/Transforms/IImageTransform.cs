namespace VinCxr.Data.Imaging.Transforms;

/// <summary>A named step between the display levels and the reduction. It may change the levels, the pixels or both.</summary>
internal interface IImageTransform
{
    /// <summary>Name in a sweep file, <c>preprocess.transform</c>.</summary>
    string Name { get; }

    /// <summary>Changes the level in [0, 1] of every code, given how often each occurs.</summary>
    void Adjust(float[] levels, StoredPixels pixels)
    {
    }

    /// <summary>True when <see cref="Filter"/> needs to see neighbouring pixels.</summary>
    bool IsSpatial => false;

    /// <summary>Changes display values 0..65535 in place, row-major.</summary>
    void Filter(ushort[] display, int width, int height)
    {
    }
}
