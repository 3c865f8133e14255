namespace VinCxr.Data.Synthesis.Findings;

/// <summary>All findings that can be drawn, and how often.</summary>
internal static class PhantomFindings
{
    public static IReadOnlyList<IPhantomFinding> All { get; } =
    [
        new AorticEnlargement(), new Atelectasis(), new Calcification(), new Cardiomegaly(), new Consolidation(), new InterstitialLungDisease(), new Infiltration(),
        new LungOpacity(), new NoduleMass(), new OtherLesion(), new PleuralEffusion(), new PleuralThickening(), new Pneumothorax(), new PulmonaryFibrosis(),
    ];

    // Images per class among the 4,394 abnormal images of VinBigData's train.csv.
    private static readonly int[] RealImages = [3067, 186, 452, 2300, 353, 386, 613, 1322, 826, 1134, 1032, 1981, 96, 1617];

    /// <summary>
    /// Relative frequency of a class: the square root of the real one, which keeps the order while a few hundred images still hold every class.
    /// </summary>
    public static double Frequency(int classId) => Math.Sqrt(RealImages[classId]);

    /// <summary>Draws 1 to 4 findings; those that an image can hold twice may come twice.</summary>
    /// <param name="allowed">Class ids to draw from.</param>
    public static IReadOnlyList<IPhantomFinding> Draw(Random random, IReadOnlyList<int> allowed)
    {
        double roll = random.NextDouble();
        int count = roll switch { < 0.35 => 1, < 0.70 => 2, < 0.90 => 3, _ => 4 };
        List<IPhantomFinding> pool = [.. allowed.Select(id => All[id])];
        var drawn = new List<IPhantomFinding>();
        while (drawn.Count < count && pool.Count > 0)
        {
            double target = random.NextDouble() * pool.Sum(f => Frequency(f.ClassId));
            int index = 0;
            while (index < pool.Count - 1 && (target -= Frequency(pool[index].ClassId)) >= 0)
            {
                index++;
            }

            IPhantomFinding finding = pool[index];
            if (finding.IsOrgan || drawn.Contains(finding))
            {
                pool.RemoveAt(index);
            }

            drawn.Add(finding);
        }

        return [.. drawn.OrderByDescending(f => f.IsOrgan)];
    }
}
