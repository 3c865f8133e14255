namespace VinCxr.Core.Exploration;

/// <summary>What a data set knows of an image besides its annotations.</summary>
/// <param name="Width">Columns of the original image.</param>
/// <param name="Height">Rows of the original image.</param>
/// <param name="Sex">Patient's sex (0010,0040) as written in the file; null or blank when missing.</param>
/// <param name="Age">Patient's age (0010,1010) as written in the file; null or blank when missing.</param>
public sealed record ImageProfile(string ImageId, int Width, int Height, string? Sex = null, string? Age = null);
