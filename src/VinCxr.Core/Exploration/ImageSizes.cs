namespace VinCxr.Core.Exploration;

public sealed record SizeCount(int Width, int Height, int Images);

/// <summary>Sizes of the original images.</summary>
/// <param name="Distinct">Most frequent first.</param>
public sealed record ImageSizes(Spread Width, Spread Height, int MinWidth, int MaxWidth, int MinHeight, int MaxHeight, IReadOnlyList<SizeCount> Distinct)
{
    /// <returns>Null without images.</returns>
    public static ImageSizes? Of(IReadOnlyCollection<ImageProfile> images) => images.Count == 0 ? null : new(
        Spread.Of(images.Select(i => (double)i.Width))!,
        Spread.Of(images.Select(i => (double)i.Height))!,
        images.Min(i => i.Width), images.Max(i => i.Width), images.Min(i => i.Height), images.Max(i => i.Height),
        [
            .. images.CountBy(i => (i.Width, i.Height))
                .OrderByDescending(g => g.Value).ThenBy(g => g.Key)
                .Select(g => new SizeCount(g.Key.Width, g.Key.Height, g.Value)),
        ]);
}
