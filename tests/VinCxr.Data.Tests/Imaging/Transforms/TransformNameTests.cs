using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

public class TransformNameTests
{
    [Fact]
    public void Sweep_files_accept_exactly_the_transforms_that_exist() => Assert.Equal(PixelTransforms.Names, ImageTransforms.Names);
}
