using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis;
using VinCxr.Data.Synthesis.Findings;

namespace VinCxr.Data.Tests.Synthesis;

public sealed class PhantomTests
{
    private const int Size = 160;

    public static TheoryData<int> ClassIds => [.. ClassList.VinBigData.Findings.Select(c => c.Id)];

    [Theory]
    [MemberData(nameof(ClassIds))]
    public void A_finding_asked_for_alone_is_always_there_with_a_box_worth_detecting(int classId)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Phantom phantom = Phantom.Paint(new Random(seed), Size, [PhantomFindings.All[classId]]);

            PaintedFinding finding = Assert.Single(phantom.Findings);
            Assert.Equal(classId, finding.ClassId);
            Assert.True(finding.Box.IsValid);
            Assert.InRange(finding.Box.XMin, 0, phantom.Width);
            Assert.InRange(finding.Box.XMax, 0, phantom.Width);
            Assert.InRange(finding.Box.YMin, 0, phantom.Height);
            Assert.InRange(finding.Box.YMax, 0, phantom.Height);
            Assert.InRange(Math.Max(finding.Box.Width, finding.Box.Height), 0.08 * Size, 0.65 * Size);
            Assert.InRange(Math.Min(finding.Box.Width, finding.Box.Height), 0.04 * Size, 0.65 * Size);
        }
    }

    /// <summary>
    /// The same random sequence with and without the finding gives the same patient up to the finding (noise differs), so the change of
    /// brightness inside the box is the finding's doing.
    /// </summary>
    [Theory]
    [InlineData(0, 0.06)]
    [InlineData(1, 0.06)]
    [InlineData(2, 0.05)]
    [InlineData(3, 0.04)]
    [InlineData(4, 0.15)]
    [InlineData(5, 0.05)]
    [InlineData(6, 0.06)]
    [InlineData(7, 0.1)]
    [InlineData(8, 0.15)]
    [InlineData(9, 0.04)]
    [InlineData(10, 0.1)]
    [InlineData(11, 0.06)]
    [InlineData(12, -0.02)]
    [InlineData(13, 0.03)]
    public void The_box_is_brighter_or_darker_than_the_same_place_without_the_finding(int classId, double least)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            // The organs take one random number to change shape, so the healthy twin takes one as well.
            IPhantomFinding finding = PhantomFindings.All[classId];
            Phantom ill = Phantom.Paint(new Random(seed), Size, [finding]);
            Phantom healthy = Phantom.Paint(new Random(seed), Size, finding.IsOrgan ? [new Unchanged()] : []);

            Box box = ill.Findings[0].Box;
            double change = Mean(ill, box) - Mean(healthy, box);

            Assert.True(change * Math.Sign(least) >= Math.Abs(least), $"seed {seed}: brightness changed by {change:0.000}");
        }
    }

    [Fact]
    public void Outlines_of_heart_and_aorta_grow_only_when_asked()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var normal = new Data.Synthesis.Anatomy.Thorax(new Random(seed));
            var large = new Data.Synthesis.Anatomy.Thorax(new Random(seed));
            new Cardiomegaly().Shape(large, new Random(seed));
            double thorax = normal.Left.Contour.Max(p => p.X) - normal.Right.Contour.Min(p => p.X);

            // Cardiothoracic ratio: up to one half is normal.
            Assert.InRange((normal.Heart().Max(p => p.X) - normal.Heart().Min(p => p.X)) / thorax, 0.35, 0.5);
            Assert.InRange((large.Heart().Max(p => p.X) - large.Heart().Min(p => p.X)) / thorax, 0.55, 0.75);
        }
    }

    [Fact]
    public void Brightness_stays_within_bounds_and_the_lungs_are_darker_than_the_heart()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Phantom phantom = Phantom.Paint(new Random(seed), Size, []);

            Assert.Empty(phantom.Findings);
            Assert.InRange(phantom.Brightness.Min(), 0, 0.1f);
            Assert.InRange(phantom.Brightness.Max(), 0.6f, 1);
            Assert.Equal(Size, Math.Max(phantom.Width, phantom.Height));
            double lung = Mean(phantom, Around(phantom, 0.25, 0.45)), heart = Mean(phantom, Around(phantom, 0.54, 0.68));
            Assert.True(lung < heart - 0.2, $"lung {lung:0.00}, heart {heart:0.00}");
        }
    }

    private static Box Around(Phantom phantom, double x, double y) => new(
        (x - 0.03) * phantom.Width, (y - 0.03) * phantom.Height, (x + 0.03) * phantom.Width, (y + 0.03) * phantom.Height);

    private static double Mean(Phantom phantom, Box box)
    {
        double sum = 0;
        int count = 0;
        for (int y = (int)box.YMin; y < (int)box.YMax; y++)
        {
            for (int x = (int)box.XMin; x < (int)box.XMax; x++)
            {
                sum += phantom.Brightness[(y * phantom.Width) + x];
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>Takes as many random numbers as an organ's finding and changes nothing.</summary>
    private sealed class Unchanged : IPhantomFinding
    {
        public int ClassId => -1;

        public void Shape(Data.Synthesis.Anatomy.Thorax thorax, Random random) => random.NextDouble();

        public Box? Paint(PhantomScene scene) => null;
    }
}
