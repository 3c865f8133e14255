using TorchSharp;
using VinCxr.Testing;
using VinCxr.Training.Checkpoints;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly CheckpointHeader _header = new(3, 2, 77, 0.25, new Dictionary<string, double> { ["loss"] = 1.0 / 3 }, "abc");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_written_is_read_bit_by_bit()
    {
        string path = _folder.File("a.ckpt");
        Tensor weights = randn(4, 3), count = tensor(5L), nothing = zeros(0, 2);
        CheckpointFile.Write(path, _header, [("w", weights), ("n", count), ("e", nothing)]);
        Tensor toWeights = zeros(4, 3), toCount = tensor(0L), toNothing = zeros(0, 2);
        CheckpointHeader header = CheckpointFile.Read(path, [("n", toCount), ("w", toWeights), ("e", toNothing)], ["abc"]);
        Assert.Equal(weights.bytes.ToArray(), toWeights.bytes.ToArray());
        Assert.Equal(5, toCount.item<long>());
        Assert.Equal(_header with { EpochSums = header.EpochSums }, header);
        Assert.Equal(_header.EpochSums, header.EpochSums);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Any_damaged_byte_is_noticed_and_nothing_is_changed()
    {
        string path = _folder.File("a.ckpt");
        CheckpointFile.Write(path, _header, [("w", ones(2))]);
        byte[] sound = File.ReadAllBytes(path);
        Tensor live = zeros(2);
        for (int i = 0; i < sound.Length; i += 7)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[i] ^= 0x40;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Read(path, [("w", live)], ["abc"]));
        }

        File.WriteAllBytes(path, sound[..(sound.Length / 2)]);
        Assert.Throws<CheckpointException>(() => CheckpointFile.Read(path, [("w", live)], ["abc"]));
        Assert.Equal(0, live.sum().item<float>());
    }

    [Fact]
    public void Another_model_or_set_up_is_refused_by_name()
    {
        string path = _folder.File("a.ckpt");
        CheckpointFile.Write(path, _header, [("w", ones(2))]);
        Refused([("w", zeros(3))], "abc", "'w'");
        Refused([("v", zeros(2))], "abc", "'w'");
        Refused([("w", zeros(2)), ("v", zeros(2))], "abc", "'v'");
        Refused([("w", zeros(2))], "xyz", "xyz");
        Assert.Throws<CheckpointException>(() => CheckpointFile.Read(_folder.File("none.ckpt"), [], ["abc"]));

        void Refused((string, Tensor)[] live, string fingerprint, string named)
        {
            var error = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(path, live, [fingerprint]));
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Some_tensors_of_a_file_are_taken_and_the_others_passed_over()
    {
        string path = _folder.File("a.ckpt");
        CheckpointFile.Write(path, _header, [("first", ones(3, 2)), ("count", tensor(5L)), ("w", arange(4, dtype: ScalarType.Float32))]);
        Tensor live = zeros(4);
        CheckpointFile.ReadSome(path, [("w", live)]);
        Assert.Equal([0f, 1, 2, 3], live.data<float>().ToArray());

        Assert.Contains("'w'", Assert.Throws<CheckpointException>(() => CheckpointFile.ReadSome(path, [("w", zeros(5))])).Message, StringComparison.Ordinal);
        Assert.Contains("'v'", Assert.Throws<CheckpointException>(() => CheckpointFile.ReadSome(path, [("v", zeros(4))])).Message, StringComparison.Ordinal);
    }
}
