using VinCxr.Core.Sweeps.Transforms;
using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>What sweep files accept and what the imaging room does are the same thing.</summary>
public class TransformStepsTests
{
    [Fact]
    public void Sweep_files_accept_exactly_the_steps_that_exist() => Assert.Equal(TransformCatalog.Names.Order(), TransformSteps.Names.Order());

    [Fact]
    public void Every_option_changes_the_step()
    {
        foreach (TransformDefinition definition in TransformCatalog.All)
        {
            ITransformStep[] plain = [.. TransformSteps.Of(definition.Name)];
            foreach (TransformOption option in definition.Options)
            {
                double other = option.Default == option.Max ? option.Min : option.Whole ? option.Default + 1 : (option.Default + option.Max) / 2;
                ITransformStep changed = Assert.Single(TransformSteps.Of($"{definition.Name}({option.Name}={other:R})"));
                Assert.NotEqual(plain[0], changed);
            }
        }
    }

    [Fact]
    public void Only_steps_that_say_so_change_the_region_or_look_at_neighbours()
    {
        foreach (TransformDefinition definition in TransformCatalog.All)
        {
            ushort[] stored = [.. Enumerable.Range(0, 6400).Select(i => (ushort)(i % 80 is >= 10 and < 70 && i / 80 is >= 10 and < 70 ? 300 + (i * 7919 % 600) : 0))];
            WorkingImage image = WorkingImages.Of(stored, 80, 80);
            StoredPixels before = image.Pixels;
            foreach (ITransformStep step in TransformSteps.Of(definition.Name))
            {
                step.Apply(image);
            }

            bool whole = image.Region is null;
            Assert.True(whole || definition.Target == TransformTarget.Region, definition.Name);
            Assert.Equal(definition.Target == TransformTarget.Pixels, whole && !ReferenceEquals(before, image.Pixels));
        }
    }
}
