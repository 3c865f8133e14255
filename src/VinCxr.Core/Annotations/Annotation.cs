using VinCxr.Core.Detection;

namespace VinCxr.Core.Annotations;

/// <summary>One row of an annotation file: what one rater said about one image.</summary>
/// <param name="ImageId">Image the row speaks of (file name without extension).</param>
/// <param name="ClassId">Id in the data set's <see cref="ClassList"/>.</param>
/// <param name="RaterId">Reader, for example <c>R9</c>.</param>
/// <param name="Box">The finding's box in original pixels, or null for <i>No finding</i>.</param>
public readonly record struct Annotation(string ImageId, int ClassId, string RaterId, Box? Box);
