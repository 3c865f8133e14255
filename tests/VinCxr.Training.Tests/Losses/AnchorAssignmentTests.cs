using CsCheck;
using VinCxr.Training.Losses;

namespace VinCxr.Training.Tests.Losses;

public sealed class AnchorAssignmentTests
{
    private const int Height = 5, Width = 7;

    private static readonly (float Width, float Height)[] Anchors = [(1, 1.5f), (3, 2), (6, 6)];

    private static readonly Gen<GridTarget[]> Targets = Gen.Select(
        Gen.Int[0, 3], Gen.Float[0.01f, Width - 0.01f], Gen.Float[0.01f, Height - 0.01f], Gen.Float[0.1f, 12], Gen.Float[0.1f, 12],
        (image, x, y, width, height) => new GridTarget(image, 0, x, y, width, height)).Array[0, 8];

    [Fact]
    public void Agrees_with_asking_every_anchor_of_every_cell() =>
        Targets.Sample(
            targets =>
            {
                List<AnchorMatch> matches = AnchorAssignment.Assign(targets, Anchors, Height, Width);
                return matches.Count == matches.Distinct().Count() && matches.ToHashSet().SetEquals(BruteForce(targets));
            },
            iter: 2000,
            threads: 1);

    [Fact]
    public void The_centre_cell_and_the_two_nearer_neighbours_match()
    {
        // Centre (2.25, 3.75): left half and lower half of cell (row 3, column 2).
        List<AnchorMatch> matches = AnchorAssignment.Assign([new GridTarget(1, 0, 2.25f, 3.75f, 1, 1)], [(1, 1)], Height, Width);

        Assert.Equal([new(0, 1, 0, 3, 2), new(0, 1, 0, 3, 1), new(0, 1, 0, 4, 2)], matches);
    }

    [Theory]
    [InlineData(0.25f, 0.25f, 1)]
    [InlineData(6.75f, 4.75f, 1)]
    [InlineData(0.25f, 1.25f, 2)]
    [InlineData(2.5f, 2.5f, 1)]
    [InlineData(7.0f, 5.0f, 1)]
    public void Neighbours_off_the_grid_or_equally_near_do_not_match(float x, float y, int expected) =>
        Assert.Equal(expected, AnchorAssignment.Assign([new GridTarget(0, 0, x, y, 1, 1)], [(1, 1)], Height, Width).Count);

    [Theory]
    [InlineData(3.99f, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(1, 0.2501f, true)]
    [InlineData(1, 0.25f, false)]
    public void Sides_differ_by_less_than_a_factor_of_four(float width, float height, bool matches) =>
        Assert.Equal(matches, AnchorAssignment.Assign([new GridTarget(0, 0, 2.5f, 2.5f, width, height)], [(1, 1)], Height, Width).Count > 0);

    /// <summary>
    /// The rule from the cell's side: half a cell is added around it, in one direction at a time, and the centre lies in that cross.
    /// </summary>
    private static IEnumerable<AnchorMatch> BruteForce(GridTarget[] targets)
    {
        for (int t = 0; t < targets.Length; t++)
            for (int a = 0; a < Anchors.Length; a++)
                for (int row = 0; row < Height; row++)
                    for (int column = 0; column < Width; column++)
                    {
                        GridTarget target = targets[t];
                        bool inColumn = target.CentreX >= column && target.CentreX < column + 1, inRow = target.CentreY >= row && target.CentreY < row + 1;
                        bool nearColumn = target.CentreX > column - 0.5f && target.CentreX < column + 1.5f;
                        bool nearRow = target.CentreY > row - 0.5f && target.CentreY < row + 1.5f;
                        bool sidesFit = target.Width < 4 * Anchors[a].Width && target.Height < 4 * Anchors[a].Height
                            && Anchors[a].Width < 4 * target.Width && Anchors[a].Height < 4 * target.Height;
                        if (sidesFit && ((inRow && nearColumn) || (inColumn && nearRow)))
                            yield return new AnchorMatch(t, target.Image, a, row, column);
                    }
    }
}
