namespace VinCxr.Training.Losses;

/// <summary>A true box in grid cells of one level.</summary>
/// <param name="Image">Index within the batch.</param>
public readonly record struct GridTarget(int Image, int ClassId, float CentreX, float CentreY, float Width, float Height);

/// <summary>One anchor of one cell that must predict one true box.</summary>
/// <param name="Target">Index into the targets.</param>
/// <param name="Row">Cell row, 0..height-1.</param>
/// <param name="Column">Cell column, 0..width-1.</param>
public readonly record struct AnchorMatch(int Target, int Image, int Anchor, int Row, int Column);

/// <summary>
/// YOLOv5's assignment on one level. An anchor may predict a box when neither side differs by a factor of
/// <see cref="MaxSideRatio"/> or more; it does so from the cell that holds the box's centre and from the nearer neighbour in x and
/// in y, where that neighbour lies on the grid.
/// <para>
/// Runs on plain arrays: a batch has some hundred boxes, for which this takes microseconds and a chain of small tensor operations
/// takes milliseconds and, on a GPU, a wait for the device each.
/// </para>
/// </summary>
public static class AnchorAssignment
{
    public const float MaxSideRatio = 4;

    /// <param name="anchors">Width and height of each anchor, in grid cells.</param>
    /// <param name="gridHeight">Rows of the level's grid.</param>
    /// <param name="gridWidth">Columns of the level's grid.</param>
    /// <returns>Matches by target, then anchor, then centre cell before neighbours. A cell may occur under several targets.</returns>
    public static List<AnchorMatch> Assign(
        IReadOnlyList<GridTarget> targets, IReadOnlyList<(float Width, float Height)> anchors, int gridHeight, int gridWidth)
    {
        var matches = new List<AnchorMatch>();
        Span<(int Row, int Column)> cells = stackalloc (int, int)[3];
        for (int index = 0; index < targets.Count; index++)
        {
            GridTarget target = targets[index];
            int cellCount = FindCells(target, gridHeight, gridWidth, cells);
            for (int anchor = 0; anchor < anchors.Count; anchor++)
            {
                if (!SidesFit(target, anchors[anchor]))
                    continue;
                foreach ((int row, int column) in cells[..cellCount])
                    matches.Add(new AnchorMatch(index, target.Image, anchor, row, column));
            }
        }

        return matches;
    }

    private static bool SidesFit(in GridTarget target, (float Width, float Height) anchor)
    {
        float width = target.Width / anchor.Width, height = target.Height / anchor.Height;
        return Math.Max(Math.Max(width, 1 / width), Math.Max(height, 1 / height)) < MaxSideRatio;
    }

    private static int FindCells(in GridTarget target, int gridHeight, int gridWidth, Span<(int Row, int Column)> cells)
    {
        int column = Math.Clamp((int)target.CentreX, 0, gridWidth - 1), row = Math.Clamp((int)target.CentreY, 0, gridHeight - 1);
        int count = 0;
        cells[count++] = (row, column);
        int nearColumn = Neighbour(target.CentreX, column), nearRow = Neighbour(target.CentreY, row);
        if (nearColumn >= 0 && nearColumn < gridWidth && nearColumn != column)
            cells[count++] = (row, nearColumn);
        if (nearRow >= 0 && nearRow < gridHeight && nearRow != row)
            cells[count++] = (nearRow, column);
        return count;
    }

    // A centre exactly in the middle of its cell has no nearer neighbour.
    private static int Neighbour(float centre, int cell) => (centre - cell) switch
    {
        < 0.5f => cell - 1,
        > 0.5f => cell + 1,
        _ => cell,
    };
}
