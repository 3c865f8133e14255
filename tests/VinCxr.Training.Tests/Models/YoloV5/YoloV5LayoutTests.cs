using TorchSharp;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models;
using VinCxr.Training.Models.YoloV5;

namespace VinCxr.Training.Tests.Models.YoloV5;

public sealed class YoloV5LayoutTests : IDisposable
{
    private readonly Detector _detector = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 4, seed: 1);

    public void Dispose() => _detector.Dispose();

    [Fact]
    public void State_keys_are_those_of_public_checkpoints()
    {
        Dictionary<string, torch.Tensor> state = _detector.state_dict();

        Assert.Equal([16L, 3, 6, 6], state["model.0.conv.weight"].shape);
        Assert.Equal([16L, 32, 1, 1], state["model.2.cv1.conv.weight"].shape);
        Assert.Equal([16L, 16, 3, 3], state["model.2.m.0.cv2.conv.weight"].shape);
        Assert.Equal([256L, 512, 1, 1], state["model.9.cv2.conv.weight"].shape);
        Assert.Equal([27L, 256, 1, 1], state["model.24.m.2.weight"].shape);
        Assert.Equal([3L, 3, 2], state["model.24.anchors"].shape);
        // 57 convolution blocks with six tensors each, three output convolutions with two, and the anchors.
        Assert.Equal((57 * 6) + (3 * 2) + 1, state.Count);
        Assert.All(state.Keys, key => Assert.Matches(@"^model\.\d+\.[a-z0-9_.]+$", key));
    }

    [Fact]
    public void Anchors_are_stored_in_units_of_their_stride()
    {
        torch.Tensor anchors = _detector.state_dict()["model.24.anchors"];

        Assert.Equal([10 / 8f, 13 / 8f], anchors[0][0].data<float>().ToArray());
        Assert.Equal([59 / 16f, 119 / 16f], anchors[1][2].data<float>().ToArray());
        Assert.Equal([373 / 32f, 326 / 32f], anchors[2][2].data<float>().ToArray());
    }

    [Fact]
    public void Output_biases_start_at_their_priors()
    {
        float[] bias = _detector.state_dict()["model.24.m.0.bias"].data<float>().ToArray();

        // The prior is added to the usual uniform start of a convolution with 64 inputs, within 1 / sqrt(64).
        for (int anchor = 0; anchor < 3; anchor++)
        {
            Assert.Equal(Math.Log(8.0 / (80 * 80)), bias[(anchor * 9) + 4], tolerance: 0.125);
            Assert.Equal(Math.Log(0.6 / (4 - 0.99999)), bias[(anchor * 9) + 5], tolerance: 0.125);
        }
    }

    [Fact]
    public void Every_level_gets_logits_for_each_anchor_and_cell()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] levels = ((YoloV5Detector)_detector).Forward(torch.rand(2, 3, 64, 96));

        Assert.Equal([2L, 3, 8, 12, 9], levels[0].shape);
        Assert.Equal([2L, 3, 4, 6, 9], levels[1].shape);
        Assert.Equal([2L, 3, 2, 3, 9], levels[2].shape);
    }

    [Fact]
    public void A_grey_plane_counts_as_three_equal_ones()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        _detector.eval();
        torch.Tensor grey = torch.rand(1, 1, 32, 32);

        torch.Tensor one = ((YoloV5Detector)_detector).Forward(grey)[1];
        torch.Tensor three = ((YoloV5Detector)_detector).Forward(grey.repeat(1, 3, 1, 1))[1];

        Assert.True(one.allclose(three, rtol: 1e-5, atol: 1e-5));
    }

    [Theory]
    [InlineData(3, 60, 64)]
    [InlineData(3, 64, 60)]
    [InlineData(2, 64, 64)]
    public void Images_of_another_shape_are_refused(int channels, int height, int width)
    {
        using torch.Tensor images = torch.zeros(1, channels, height, width);

        var error = Assert.Throws<InvalidInputException>(() => ((YoloV5Detector)_detector).Forward(images));
        Assert.Contains($"[1, {channels}, {height}, {width}]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_weights_of_convolutions_decay()
    {
        IReadOnlyList<ParameterGroup> groups = _detector.ParameterGroups(5e-4);

        Assert.Equal([ParameterKind.Weight, ParameterKind.Norm, ParameterKind.Bias], groups.Select(g => g.Kind));
        Assert.Equal([5e-4, 0, 0], groups.Select(g => g.WeightDecay));
        // 57 blocks (weight, norm scale, norm bias) and three output convolutions (weight, bias).
        Assert.Equal([60, 57, 60], groups.Select(g => g.Parameters.Count));
        Assert.Equal(_detector.parameters().Sum(p => p.numel()), groups.SelectMany(g => g.Parameters).Sum(p => p.numel()));
    }

    [Fact]
    public void Norms_remember_a_growing_number_of_batches_up_to_the_published_one()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var targets = new TargetBatch(torch.zeros(0, 6));
        TorchSharp.Modules.BatchNorm2d norm = _detector.modules().OfType<TorchSharp.Modules.BatchNorm2d>().First();
        torch.Tensor counter = _detector.state_dict()["model.0.bn.num_batches_tracked"];

        foreach ((long batches, double momentum) in new[] { (0L, 1.0), (20L, 0.5), (180L, 0.1), (10_000L, 0.03) })
        {
            counter.fill_(batches);
            _detector.ComputeLoss(torch.rand(1, 1, 32, 64), targets);
            Assert.Equal(momentum, norm.momentum!.Value, tolerance: 1e-12);
            Assert.Equal(batches + 1, counter.item<long>());
        }
    }
}
