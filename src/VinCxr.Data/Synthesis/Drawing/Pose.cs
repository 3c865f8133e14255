using System.Numerics;

namespace VinCxr.Data.Synthesis.Drawing;

/// <summary>
/// Where the body lies in the image. Body coordinates: half a thorax width is 1, x grows to the image's right (the patient's left),
/// y downwards; the origin is the middle of the chest.
/// </summary>
/// <param name="Width">Image columns.</param>
/// <param name="Height">Image rows.</param>
/// <param name="Scale">Pixels per body unit.</param>
/// <param name="Rotation">Radians, clockwise.</param>
/// <param name="Shift">Offset of the body's origin from the image's centre, in body units.</param>
internal sealed record Pose(int Width, int Height, float Scale, float Rotation, Vector2 Shift)
{
    /// <summary>Pixel position of a body point.</summary>
    public Vector2 ToPixels(Vector2 body)
    {
        (float sin, float cos) = MathF.SinCos(Rotation);
        Vector2 turned = new((cos * body.X) - (sin * body.Y), (sin * body.X) + (cos * body.Y));
        return ((turned + Shift) * Scale) + new Vector2(Width / 2f, Height / 2f);
    }
}
