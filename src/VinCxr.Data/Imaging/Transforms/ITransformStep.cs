namespace VinCxr.Data.Imaging.Transforms;

/// <summary>A step between the display levels and the reduction, with its options. It may change the levels, the pixels or the region.</summary>
internal interface ITransformStep
{
    void Apply(WorkingImage image);
}
