using TorchSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Loop;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Tensors;

public class ScalarsTests
{
    /// <summary>With temporaries as scalars this fails within a few steps: finalisers free what native code still reads.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void Training_goes_on_while_finalisers_run_all_the_time(string optimizer)
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        })
        { IsBackground = true };
        collector.Start();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using Detector model = ModelCatalog.Create(new ModelSpec(Variant: "n", ImageSize: 64), classes: 3, seed: 1);
            using IOptimizer updates = Optimizers.Create(new TrainSpec { Optimizer = optimizer }, model.ParameterGroups(5e-4));
            using Tensor images = rand(2, 1, 64, 64);
            using Tensor rows = tensor(new float[,] { { 0, 1, 0.5f, 0.5f, 0.3f, 0.4f }, { 1, 2, 0.4f, 0.6f, 0.5f, 0.2f } });
            for (int step = 1; step <= 15; step++)
            {
                using DisposeScope stepScope = NewDisposeScope();
                updates.ZeroGradients();
                DetectorLoss loss = model.ComputeLoss(images, new TargetBatch(rows));
                loss.Total.backward();
                updates.Step(1e-3, step);
                Assert.True(float.IsFinite(loss.Total.item<float>()));
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }
}
