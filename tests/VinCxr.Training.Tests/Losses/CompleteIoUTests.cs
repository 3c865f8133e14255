using CsCheck;
using TorchSharp;
using VinCxr.Core.Detection;
using VinCxr.Training.Losses;

namespace VinCxr.Training.Tests.Losses;

public sealed class CompleteIoUTests
{
    private static readonly Gen<float[]> BoxRow = Gen.Select(
        Gen.Float[-20, 20], Gen.Float[-20, 20], Gen.Float[0.5f, 30], Gen.Float[0.5f, 30], (x, y, width, height) => new[] { x, y, width, height });

    [Theory]
    // Equal boxes.
    [InlineData(new[] { 3f, 4, 2, 6 }, new[] { 3f, 4, 2, 6 }, 1.0)]
    // Two unit squares a side apart: IoU 0, centres 2 apart, enclosing box 3 x 1.
    [InlineData(new[] { 0f, 0, 1, 1 }, new[] { 2f, 0, 1, 1 }, -4.0 / 10)]
    // 2 x 2 over 4 x 4 around one centre: IoU 1/4 and no penalties.
    [InlineData(new[] { 0f, 0, 2, 2 }, new[] { 0f, 0, 4, 4 }, 0.25)]
    public void Hand_computed_cases(float[] predicted, float[] target, double expected) =>
        Assert.Equal(expected, Compute(predicted, target), tolerance: 1e-5);

    [Fact]
    public void Agrees_with_the_formula_written_out_in_double_precision() =>
        Gen.Select(BoxRow, BoxRow).Sample(
            (predicted, target) => Math.Abs(Reference(predicted, target) - Compute(predicted, target)) < 1e-4, iter: 500, threads: 1);

    [Fact]
    public void Gradient_is_that_of_the_formula_with_the_ratio_weight_held_fixed()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        double[] predicted = [1.0, 2.0, 5.0, 3.0], target = [1.7, 1.4, 4.0, 4.5];
        torch.Tensor input = torch.tensor(predicted, [1, 4]).requires_grad_();
        CompleteIoU.Compute(input, torch.tensor(target, [1, 4])).sum().backward();
        double[] gradient = input.grad!.data<double>().ToArray();
        double weight = RatioWeight(predicted, target);

        const double Step = 1e-6;
        for (int i = 0; i < 4; i++)
        {
            double[] up = [.. predicted], down = [.. predicted];
            up[i] += Step;
            down[i] -= Step;
            double numeric = (Reference(up, target, weight) - Reference(down, target, weight)) / (2 * Step);
            Assert.Equal(numeric, gradient[i], tolerance: 1e-6);
        }
    }

    private static double Compute(float[] predicted, float[] target)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return CompleteIoU.Compute(torch.tensor(predicted, [1, 4]), torch.tensor(target, [1, 4])).item<float>();
    }

    private static double Reference(float[] predicted, float[] target) =>
        Reference([.. predicted.Select(v => (double)v)], [.. target.Select(v => (double)v)]);

    private static double Reference(double[] predicted, double[] target, double? ratioWeight = null)
    {
        Box p = ToBox(predicted), t = ToBox(target);
        double distance = Math.Pow(predicted[0] - target[0], 2) + Math.Pow(predicted[1] - target[1], 2);
        double diagonal = Math.Pow(Math.Max(p.XMax, t.XMax) - Math.Min(p.XMin, t.XMin), 2)
            + Math.Pow(Math.Max(p.YMax, t.YMax) - Math.Min(p.YMin, t.YMin), 2);
        return p.IoU(t) - (distance / diagonal) - ((ratioWeight ?? RatioWeight(predicted, target)) * RatioPenalty(predicted, target));
    }

    private static double RatioPenalty(double[] predicted, double[] target) =>
        4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(target[2] / target[3]) - Math.Atan(predicted[2] / predicted[3]), 2);

    private static double RatioWeight(double[] predicted, double[] target)
    {
        double penalty = RatioPenalty(predicted, target);
        return penalty == 0 ? 0 : penalty / (1 - ToBox(predicted).IoU(ToBox(target)) + penalty);
    }

    private static Box ToBox(double[] b) => new(b[0] - (b[2] / 2), b[1] - (b[3] / 2), b[0] + (b[2] / 2), b[1] + (b[3] / 2));
}
