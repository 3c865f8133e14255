using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Losses;

/// <summary>What the assigned predictions of one level should be, one row per match; M matches. Tensors belong to the caller's scope.</summary>
internal sealed class LevelTargets
{
    private readonly IReadOnlyList<int> _classIds;
    private readonly MatchGroups _groups;
    private readonly long[] _predictions;

    private LevelTargets(IReadOnlyList<AnchorMatch> matches, GridTarget[] targets, (float Width, float Height)[] anchors, long[] shape, Device device)
    {
        _predictions = [.. matches.Select(m => (((((long)m.Image * shape[1]) + m.Anchor) * shape[2]) + m.Row) * shape[3] + m.Column)];
        _classIds = [.. matches.Select(m => targets[m.Target].ClassId)];
        _groups = MatchGroups.Of(_predictions);
        Predictions = tensor(_predictions, device: device);
        Boxes = tensor(
            [.. matches.SelectMany(m => BoxInCell(targets[m.Target], m))], [matches.Count, 4], device: device);
        Anchors = tensor(
            [.. matches.SelectMany(m => new[] { anchors[m.Anchor].Width, anchors[m.Anchor].Height })], [matches.Count, 2], device: device);
    }

    /// <summary><c>[M]</c> int64 into the level's flattened <c>B x anchors x h x w</c> predictions; may repeat.</summary>
    public Tensor Predictions { get; }

    /// <summary><c>[M, 4]</c>: centre x, y from the cell's corner, width, height, in cells.</summary>
    public Tensor Boxes { get; }

    /// <summary><c>[M, 2]</c>: width and height of the matched anchor, in cells.</summary>
    public Tensor Anchors { get; }

    /// <param name="rows">Rows of <see cref="TargetBatch"/>, flattened.</param>
    /// <param name="shape">Shape of the level's logits, <c>[B, anchors, h, w, values]</c>.</param>
    /// <returns>Null when no anchor of this level fits any box.</returns>
    public static LevelTargets? Assign(float[] rows, (float Width, float Height)[] anchors, long[] shape, Device device)
    {
        int height = (int)shape[2], width = (int)shape[3];
        GridTarget[] targets = [.. rows.Chunk(6).Select(row => new GridTarget(
            (int)row[0], (int)row[1], row[2] * width, row[3] * height, row[4] * width, row[5] * height))];
        List<AnchorMatch> matches = AnchorAssignment.Assign(targets, anchors, height, width);
        return matches.Count == 0 ? null : new LevelTargets(matches, targets, anchors, shape, device);
    }

    /// <summary><c>[M, classes]</c> with a 1 at each match's class.</summary>
    public Tensor OneHot(int classes)
    {
        float[] values = new float[_classIds.Count * classes];
        for (int i = 0; i < _classIds.Count; i++)
            values[(i * classes) + _classIds[i]] = 1;
        return tensor(values, [_classIds.Count, classes], device: Boxes.device);
    }

    /// <summary>
    /// Writes each match's value to its prediction, the largest where several matches share one. Matches of one prediction lie side
    /// by side in a table and are reduced, so that the result never depends on the order of writes.
    /// </summary>
    /// <param name="values"><c>[M]</c>, not negative.</param>
    /// <param name="map"><c>[B, anchors, h, w]</c>, written in place.</param>
    public void ScatterBest(Tensor values, Tensor map)
    {
        Device device = map.device;
        Tensor table = zeros(_groups.Count * _groups.Largest, device: device)
            .scatter_(0, tensor(_groups.Slots, device: device), values)
            .view(_groups.Count, _groups.Largest);
        map.view(-1).scatter_(0, tensor(_groups.Distinct, device: device), table.amax([1]));
    }

    private static float[] BoxInCell(in GridTarget target, in AnchorMatch match) =>
        [target.CentreX - match.Column, target.CentreY - match.Row, target.Width, target.Height];
}
