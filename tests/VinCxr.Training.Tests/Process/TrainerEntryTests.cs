using System.Text.Json;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Activations;
using VinCxr.Data.Imaging;
using VinCxr.Data.Predictions;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Testing;
using VinCxr.Training.Inference;
using VinCxr.Training.Models;
using VinCxr.Training.Process;
using VinCxr.Training.Tests.Loading;
using VinCxr.Training.Tests.Loop;

namespace VinCxr.Training.Tests.Process;

[Collection(TorchCollection.Name)]
public sealed class TrainerEntryTests : IDisposable
{
    private static readonly SquareImages Squares = SquareImages.Draw(12, seed: 1, normalShare: 0.3);

    private readonly TempDirectory _folder = new();
    private CommandPipe _commands = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _commands.Close();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_ends_with_predictions_and_weights_that_agree()
    {
        TrainerJob job = await JobAsync(epochs: 2);
        var messages = new MessageLog();
        Assert.Equal(TrainerEntry.Done, await RunAsync(job, messages));
        var started = Assert.IsType<TrainerStarted>(messages.Messages[0]);
        Assert.Equal((0, 2), (started.StartEpoch, started.Epochs));
        Assert.Equal(ModelCatalog.CountParameters("yolov5", "n", 2), started.Parameters);
        Assert.Equal([1, 2], messages.Messages.OfType<TrainerMetrics>().Select(m => m.Epoch));
        Assert.Equal([1, 2], messages.Messages.OfType<TrainerCheckpoint>().Select(m => m.Epoch));
        var finished = Assert.IsType<TrainerFinished>(messages.Messages[^1]);

        IReadOnlyList<Prediction> stored = PredictionCsv.Read(finished.PredictionsPath);
        string[] held = [.. job.ValidationImages.Select(i => i.ImageId)];
        Assert.Equal(held, stored.Where(p => p.ClassId == SquareImages.Classes.NoFindingId).Select(p => p.ImageId));
        Assert.All(stored.Where(p => p.ClassId == SquareImages.Classes.NoFindingId), p => Assert.Equal(Box.NoFinding, p.Box));

        using DetectorPredictor predictor = DetectorPredictor.Load(job.Settings.Model, job.Classes, finished.WeightsPath);
        var options = new PredictOptions(job.Settings.Train.MinConfidence, job.Settings.Train.NmsIou);
        IReadOnlyList<Prediction> again = predictor.Predict(Squares.Source, held, options, cancellationToken: TestContext.Current.CancellationToken);

        // The file keeps six decimals of a confidence and two of a coordinate.
        Assert.Equal(again.Count, stored.Count);
        Assert.All(again.Zip(stored), p => Assert.Equal(p.First.Confidence, p.Second.Confidence, 1e-5));
        await AssertMapsAsync(finished.ActivationMapsPath!, held, stored);

        // Trained again, the maps are the same bytes.
        var second = new MessageLog();
        TrainerJob same = job with { WorkDirectory = Directory.CreateDirectory(_folder.File("again")).FullName };
        Assert.Equal(TrainerEntry.Done, await RunAsync(same, second));
        string maps = Assert.IsType<TrainerFinished>(second.Messages[^1]).ActivationMapsPath!;
        Assert.Equal(await File.ReadAllBytesAsync(finished.ActivationMapsPath!, Cancel), await File.ReadAllBytesAsync(maps, Cancel));
    }

    [Fact]
    public async Task Stop_leaves_a_checkpoint_that_another_attempt_goes_on_from()
    {
        TrainerJob job = await JobAsync(epochs: 3);
        var first = new MessageLog(m =>
        {
            if (m is TrainerMetrics)
            {
                _commands.Send("nonsense");
                _commands.Send("""{"type":"stop"}""");
            }
        });
        TrainerJob endless = job with { Settings = job.Settings with { Train = job.Settings.Train with { Epochs = 10000 } } };
        Assert.Equal(TrainerEntry.Done, await RunAsync(endless, first));
        var stopped = Assert.IsType<TrainerStopped>(first.Messages[^1]);
        Assert.True(File.Exists(stopped.CheckpointPath));
        Assert.True(stopped.Epoch >= 1);

        var second = new MessageLog(m =>
        {
            if (m is TrainerMetrics)
            {
                _commands.Send("""{"type":"stop"}""");
            }
        });
        Assert.Equal(TrainerEntry.Done, await RunAsync(endless with { ResumeFrom = stopped.CheckpointPath }, second));
        Assert.Equal(stopped.Epoch, Assert.IsType<TrainerStarted>(second.Messages[0]).StartEpoch);

        TrainerJob other = job with { Settings = job.Settings with { Train = job.Settings.Train with { Seed = 12 } } };
        await AssertFailsAsync(other with { ResumeFrom = stopped.CheckpointPath }, "checkpoint", "set-up");
    }

    [Fact]
    public async Task A_closed_command_stream_ends_the_process()
    {
        var messages = new MessageLog(m =>
        {
            if (m is TrainerStarted)
            {
                _commands.Close();
            }
        });
        Assert.Equal(TrainerEntry.Orphaned, await RunAsync(await JobAsync(epochs: 10000), messages));
        Assert.DoesNotContain(messages.Messages, m => m is TrainerFinished or TrainerStopped or TrainerFailed);
    }

    [Fact]
    public async Task A_diverged_run_is_reported_as_nan()
    {
        TrainerJob job = await JobAsync(epochs: 20);
        job = job with { Settings = job.Settings with { Train = job.Settings.Train with { Lr = 1e30, WarmupEpochs = 0 } } };
        await AssertFailsAsync(job, "nan", "train.lr");
    }

    [Fact]
    public async Task Missing_shards_and_images_are_data_errors()
    {
        TrainerJob job = await JobAsync(epochs: 1);
        await AssertFailsAsync(job with { ShardPaths = [_folder.File("gone.shard")] }, "data", "gone.shard");
        await AssertFailsAsync(job with { ValidationImages = [job.ValidationImages[0] with { ImageId = "lost" }] }, "data", "lost");
    }

    [Fact]
    public async Task A_job_that_cannot_be_read_or_done_is_said_so()
    {
        var messages = new MessageLog();
        Assert.Equal(TrainerEntry.Failed, await TrainerEntry.RunAsync(
            _folder.File("none.json"), _commands, messages, TextWriter.Null, TestContext.Current.CancellationToken));
        var failed = Assert.IsType<TrainerFailed>(Assert.Single(messages.Messages));
        Assert.Equal("data", failed.Kind);
        Assert.Contains("none.json", failed.Message, StringComparison.Ordinal);

        TrainerJob job = await JobAsync(epochs: 1);
        await AssertFailsAsync(job with { Settings = job.Settings with { Model = job.Settings.Model with { Weights = "coco" } } }, "data", "'coco'");
    }

    [Theory]
    [InlineData("[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.\nstack", "oom")]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", "oom")]
    [InlineData("mat1 and mat2 shapes cannot be multiplied", "error")]
    public void Torch_errors_are_told_apart_by_their_text(string text, string kind)
    {
        var error = new InvalidOperationException(text);
        Assert.Equal(kind, FailureKind.Of(error));
        Assert.DoesNotContain("stack", FailureKind.Describe(error), StringComparison.Ordinal);
    }

    /// <summary>Every held-out image has a map, whose peak is the confidence of its most confident box.</summary>
    private async Task AssertMapsAsync(string path, string[] held, IReadOnlyList<Prediction> predictions)
    {
        await using IStore store = await StoreFactory.OpenAsync(_folder.File("store"), create: true, Cancel);
        await using FileStream file = File.OpenRead(path);
        var maps = await StoredActivationMaps.OpenAsync(store, (await store.Blobs.PutAsync(file, cancellationToken: Cancel)).Id, Cancel);
        Assert.Equal(held.Length, maps.Count);
        foreach (string id in held)
        {
            ActivationMap map = (await maps.FindAsync(id, Cancel))!;
            PreparedImage image = Squares.Source.Describe(id);
            Assert.InRange(map.Width, 1, 4);
            Assert.True(map.Area.XMin <= 0 && map.Area.YMin <= 0 && map.Area.XMax >= image.OriginalWidth && map.Area.YMax >= image.OriginalHeight);
            Assert.Equal(predictions.Where(p => p.ImageId == id && p.ClassId != SquareImages.Classes.NoFindingId).Max(p => p.Confidence), map.Peak, 1e-5);
            Assert.Equal(255, map.Cells.Max());
        }
    }

    private async Task AssertFailsAsync(TrainerJob job, string kind, string named)
    {
        var messages = new MessageLog();
        Assert.Equal(TrainerEntry.Failed, await RunAsync(job, messages));
        var failed = Assert.IsType<TrainerFailed>(messages.Messages[^1]);
        Assert.Equal(kind, failed.Kind);
        Assert.Contains(named, failed.Message, StringComparison.Ordinal);
    }

    private async Task<int> RunAsync(TrainerJob job, MessageLog messages)
    {
        // A listener that outlived its run would take the next run's commands.
        _commands.Close();
        _commands = new CommandPipe();
        string path = _folder.File($"{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(job, TrainerProtocol.Json));
        return await TrainerEntry.RunAsync(path, _commands, messages, TextWriter.Null, TestContext.Current.CancellationToken);
    }

    private async Task<TrainerJob> JobAsync(int epochs)
    {
        string shard = _folder.File("a.shard");
        await using (FileStream file = File.Create(shard))
        {
            var writer = new ShardWriter(file);
            foreach (LabelledImage image in Squares.Images)
            {
                PreparedImage prepared = Squares.Source.Describe(image.ImageId);
                var plane = new Plane(prepared.Width, prepared.Height, prepared.Bits, Squares.Source.Pixels(image.ImageId).ToArray());
                await writer.AddAsync(image.ImageId, plane, image.Width, image.Height, TestContext.Current.CancellationToken);
            }

            await writer.CompleteAsync(TestContext.Current.CancellationToken);
        }

        return new TrainerJob
        {
            TrialId = "t1",
            LeaseEpoch = 1,
            Fold = 0,
            Checkpoint = new CheckpointSpec(),
            Classes = SquareImages.Classes,
            WorkDirectory = Directory.CreateDirectory(_folder.File("work")).FullName,
            ShardPaths = [shard],
            TrainImages = Squares.Images[..8],
            ValidationImages = Squares.Images[8..],
            Threads = 1,
            Settings = new TrialSettings
            {
                Model = new ModelSpec("yolov5", "n", ImageSize: 64),
                Train = new TrainSpec { Epochs = epochs, Batch = 4, Optimizer = "adamw", Lr = 1e-3, Seed = 11 },
                Augment = new AugmentSpec { Mosaic = 0 },
            },
        };
    }
}
