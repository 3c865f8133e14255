using System.Security.Cryptography;
using TorchSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Testing;
using VinCxr.Training.Checkpoints;
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

    [Theory]
    [InlineData(4, 1)]
    [InlineData(6, 1)]
    [InlineData(6, 2)]
    [InlineData(5, 1)]
    public void Halved_batches_see_as_many_images_in_each_step(int batch, int halvings)
    {
        int[] whole = ImagesPerStep(batch, 0), halved = ImagesPerStep(batch, halvings);
        Assert.Equal(whole.Length, halved.Length);
        Assert.All(whole[..^1].Concat(halved[..^1]), images => Assert.Equal(batch, images));

        // A last batch is filled up with images seen already, and a smaller batch needs fewer of those.
        Assert.InRange(halved[^1], 1, whole[^1]);
    }

    [Fact]
    public void The_learning_rate_factor_holds_from_the_checkpoint_on()
    {
        Train(Job(4), null, out _);
        double[] rates = Rates();
        string path = _messages.OfType<TrainerCheckpoint>().Single(c => c.Epoch == 2).Path;
        _messages.Clear();
        Train(Job(4) with { ResumeFrom = path, LrFactor = 0.1 }, null, out _);
        Assert.Equal(rates[2..].Select(r => r * 0.1), Rates(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_never_a_checkpoint()
    {
        TinyDetector model = Model(), average = Model();
        using var trainer = new Trainer(Job(4), Squares.Source, model, average, _messages.Add);
        int asked = 0;
        var error = Assert.Throws<DivergenceException>(() => trainer.Run(
            () =>
            {
                if (++asked == 3)
                {
                    // The buffers of a norm take part in no gradient: loss and norm stay finite in training.
                    using var noGradients = no_grad();
                    model.named_buffers().First(b => b.name.EndsWith("running_var", StringComparison.Ordinal)).buffer.fill_(float.PositiveInfinity);
                }

                return asked == 4;
            },
            CancellationToken.None));
        Assert.Contains("running_var", error.Message, StringComparison.Ordinal);
        Assert.Empty(_messages.OfType<TrainerCheckpoint>());
    }

    [Fact]
    public void An_extended_run_goes_on_from_its_last_epoch()
    {
        Train(Job(3), null, out _);
        TrainerCheckpoint last = _messages.OfType<TrainerCheckpoint>().Last();
        Assert.Equal(3, last.Epoch);
        _messages.Clear();
        Train(Job(5) with { ResumeFrom = last.Path }, null, out _);
        Assert.Equal([4, 5], _messages.OfType<TrainerMetrics>().Select(m => m.Epoch));
    }

    [Fact]
    public void A_fork_goes_on_with_other_settings_and_a_warm_start_begins_anew()
    {
        string path = Checkpoint(2, "sgd");
        TrainerJob other = Job(4);
        other = other with { Settings = other.Settings with { Train = other.Settings.Train with { Lr = 0.005 } } };
        Assert.Contains("set-up", Assert.Throws<CheckpointException>(() => Train(other with { ResumeFrom = path }, null, out _)).Message, StringComparison.Ordinal);

        _messages.Clear();
        Train(other with { StartFrom = path }, null, out _);
        Assert.Equal([3, 4], _messages.OfType<TrainerMetrics>().Select(m => m.Epoch));

        double[] cold = First(other with { StartFrom = null }), warm = First(other with { StartFrom = path, StartFresh = true });
        Assert.Equal(4, warm.Length);
        Assert.True(warm[0] < cold[0], $"{warm[0]} {cold[0]}");

        double[] First(TrainerJob job)
        {
            _messages.Clear();
            Train(job, null, out _);
            return Losses();
        }
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

    private int[] ImagesPerStep(int batch, int halvings)
    {
        TrainerJob job = Job(1);
        job = job with { BatchHalvings = halvings, Settings = job.Settings with { Train = job.Settings.Train with { Batch = batch } } };
        using TinyDetector model = Model(), average = Model();
        using var trainer = new Trainer(job, Squares.Source, model, average, _messages.Add);
        List<int> seen = [];
        trainer.Run(
            () =>
            {
                seen.Add(model.Images);
                return false;
            },
            CancellationToken.None);
        seen.Add(model.Images);
        return [.. seen.Zip(seen.Skip(1), (before, after) => after - before)];
    }

    private double[] Rates() => [.. _messages.OfType<TrainerMetrics>().Select(m => m.Values["lr"])];

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
