using System.Security.Cryptography;
using TorchSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Testing;
using VinCxr.Training.Loop;
using VinCxr.Training.Models;
using VinCxr.Training.Tests.Loading;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Loop;

[Collection(TorchCollection.Name)]
public sealed class TrainerTests : IDisposable
{
    private static readonly SquareImages Squares = SquareImages.Draw(20, seed: 1, normalShare: 0.3);

    private readonly TempDirectory _folder = new();
    private readonly List<TrainerMessage> _messages = [];

    // Threads of tensor work that wait for each other by spinning starve tests that run beside this one.
    public TrainerTests() => set_num_threads(1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sgd")]
    [InlineData("adamw")]
    public void A_resumed_run_ends_with_the_same_bytes(string optimizer)
    {
        string straight = Train(Job(4, optimizer), stopAfterSteps: null, out _);
        string first = Checkpoint(2, optimizer);
        string resumed = Train(Job(4, optimizer) with { ResumeFrom = first }, stopAfterSteps: null, out _);
        Assert.Equal(straight, resumed);
    }

    [Fact]
    public void YoloV5_resumes_to_the_same_bytes()
    {
        string straight = Train(Job(2), stopAfterSteps: null, out _, YoloV5);
        Train(Job(2), stopAfterSteps: 3, out string? path, YoloV5);
        Assert.Equal(straight, Train(Job(2) with { ResumeFrom = path }, stopAfterSteps: null, out _, YoloV5));
    }

    [Fact]
    public void A_run_stopped_in_mid_epoch_resumes_to_the_same_bytes()
    {
        string straight = Train(Job(3), stopAfterSteps: null, out _);
        double[] losses = Losses();
        _messages.Clear();
        Train(Job(3), stopAfterSteps: 5, out string? path);
        Assert.NotNull(path);
        string resumed = Train(Job(3) with { ResumeFrom = path }, stopAfterSteps: null, out _);
        Assert.Equal(straight, resumed);
        Assert.Equal(losses, Losses());
    }

    [Fact]
    public void A_stop_at_the_end_of_an_epoch_leaves_the_file_that_was_sent_alone()
    {
        _ = Train(Job(4), stopAfterSteps: null, out _);
        long steps = _messages.OfType<TrainerMetrics>().First(m => m.Epoch == 2).Step;
        _messages.Clear();

        Train(Job(4), stopAfterSteps: (int)steps, out string? stopped);

        string sent = Assert.Single(_messages.OfType<TrainerCheckpoint>()).Path;
        Assert.NotNull(stopped);
        Assert.NotEqual(sent, stopped);
        Assert.Equal(File.ReadAllBytes(sent), File.ReadAllBytes(stopped));
    }

    [Fact]
    public void Halved_batches_see_the_same_images_in_as_many_steps()
    {
        Train(Job(2), null, out _);
        long steps = _messages.OfType<TrainerMetrics>().Last().Step;
        _messages.Clear();
        Train(Job(2) with { BatchHalvings = 1 }, null, out _);
        Assert.Equal(steps, _messages.OfType<TrainerMetrics>().Last().Step);
    }

    [Fact]
    public void Learns_and_reports_every_epoch()
    {
        Train(Job(10), null, out _);
        TrainerMetrics[] metrics = [.. _messages.OfType<TrainerMetrics>()];
        Assert.Equal(Enumerable.Range(1, 10), metrics.Select(m => m.Epoch));
        string[] keys = ["loss", "loss_box", "lr", "epoch_seconds", "images_per_second", "memory_mb", "map40", "map40_findings"];
        Assert.All(metrics, m => Assert.Subset(m.Values.Keys.ToHashSet(), keys.ToHashSet()));
        Assert.True(metrics[^1].Values["loss"] < metrics[0].Values["loss"] / 2);
        Assert.Equal([2, 4, 6, 8, 10], _messages.OfType<TrainerCheckpoint>().Select(c => c.Epoch));
        Assert.All(_messages.OfType<TrainerCheckpoint>(), c => Assert.True(File.Exists(c.Path)));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run()
    {
        TinyDetector model = Model(), average = Model();
        model.NanAtCall = 7;
        using var trainer = new Trainer(Job(3), Squares.Source, model, average, _messages.Add);
        var error = Assert.Throws<DivergenceException>(() => trainer.Run(() => false, CancellationToken.None));
        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("train.lr", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_outlives_its_step()
    {
        // What earlier tests left to the finaliser would otherwise be taken off this thread's count in the middle.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using TinyDetector model = Model(), average = Model();
        using var trainer = new Trainer(Job(12), Squares.Source, model, average, _messages.Add);
        var live = new List<long>();
        trainer.Run(
            () =>
            {
                live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
                return false;
            },
            CancellationToken.None);

        // The first steps create the gradients, which stay.
        Assert.All(live.Skip(2), count => Assert.Equal(live[^1], count));
    }

    private double[] Losses() => [.. _messages.OfType<TrainerMetrics>().Select(m => m.Values["loss"])];

    private string Checkpoint(int epoch, string optimizer)
    {
        _messages.Clear();
        Train(Job(4, optimizer), stopAfterSteps: null, out _);
        return _messages.OfType<TrainerCheckpoint>().Single(c => c.Epoch == epoch).Path;
    }

    private string Train(TrainerJob job, int? stopAfterSteps, out string? checkpoint, Func<Detector>? create = null)
    {
        manual_seed(job.Settings.Train.Seed);
        using Detector model = create?.Invoke() ?? Model(), average = create?.Invoke() ?? Model();
        using var trainer = new Trainer(job, Squares.Source, model, average, _messages.Add);
        int asked = 0;
        checkpoint = trainer.Run(() => asked++ == stopAfterSteps, CancellationToken.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Detector each in new[] { model, trainer.Average })
        {
            foreach (Tensor value in each.parameters().Concat(each.buffers()))
            {
                hash.AppendData(value.bytes);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static Detector YoloV5() => ModelCatalog.Create(new ModelSpec(Variant: "n", ImageSize: 64), classes: 2, seed: 1);

    private static TinyDetector Model()
    {
        manual_seed(1);
        return new TinyDetector(2);
    }

    private TrainerJob Job(int epochs, string optimizer = "sgd") => new()
    {
        TrialId = "t1",
        LeaseEpoch = 1,
        Fold = 0,
        Checkpoint = new CheckpointSpec(EveryEpochs: 2),
        Classes = SquareImages.Classes,
        WorkDirectory = Directory.CreateDirectory(_folder.File(Guid.NewGuid().ToString())).FullName,
        ShardPaths = [],
        TrainImages = Squares.Images[..14],
        ValidationImages = Squares.Images[14..],
        Settings = new TrialSettings
        {
            Model = new ModelSpec(ImageSize: 64),
            Train = new TrainSpec
            {
                Epochs = epochs,
                Batch = 4,
                Accumulate = 1,
                Optimizer = optimizer,
                Lr = optimizer == "sgd" ? 0.02 : 0.01,
                WarmupEpochs = 1,
                EmaDecay = 0.9,
                Seed = 11,
            },
            Augment = new AugmentSpec { Mosaic = 0.3, Mixup = 0.2, Cutmix = 0.2, Degrees = 5 },
        },
    };
}
