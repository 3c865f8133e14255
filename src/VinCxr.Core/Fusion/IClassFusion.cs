namespace VinCxr.Core.Fusion;

/// <summary>One way to merge the boxes of one image and one class. Implementations hold no state between calls and are used from several threads.</summary>
internal interface IClassFusion
{
    /// <param name="ranked">Boxes from the highest to the lowest score, all scores positive.</param>
    /// <param name="fused">Receives the merged boxes, in any order.</param>
    void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused);
}
