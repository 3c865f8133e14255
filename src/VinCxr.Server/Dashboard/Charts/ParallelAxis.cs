namespace VinCxr.Server.Dashboard.Charts;

/// <param name="Ticks">Places in [0, 1] with their texts.</param>
public sealed record ParallelAxis(string Name, IReadOnlyList<(double At, string Text)> Ticks);

/// <param name="At">Place on each axis in [0, 1].</param>
/// <param name="Share">Colour: 0 is the worst score, 1 the best.</param>
public sealed record ParallelLine(string Name, IReadOnlyList<double> At, double Share);
