using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Testing;
using VinCxr.Training.Models;
using VinCxr.Training.Weights;

namespace VinCxr.Training.Tests.Weights;

public sealed class ModuleWeightsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string FilePath => _directory.File("weights.safetensors");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_model_comes_back_bit_for_bit_with_its_buffers_and_metadata()
    {
        using Detector saved = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 3, seed: 1);
        using Detector loaded = ModelCatalog.Create(new ModelSpec(Variant: "n"), classes: 3, seed: 2);
        saved.state_dict()["model.0.bn.num_batches_tracked"].fill_(7);
        saved.state_dict()["model.0.bn.running_var"].fill_(0.25f);

        ModuleWeights.Save(saved, FilePath, new Dictionary<string, string> { ["trial"] = "lr-3 \"naïve\"" });
        IReadOnlyDictionary<string, string> metadata = ModuleWeights.Load(loaded, FilePath);

        Assert.Equal("lr-3 \"naïve\"", metadata["trial"]);
        Dictionary<string, torch.Tensor> expected = saved.state_dict(), actual = loaded.state_dict();
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.True(pair.Value.bytes.SequenceEqual(actual[pair.Key].bytes), pair.Key));
        Assert.All(loaded.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.Equal(["weights.safetensors"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_built_by_hand_from_the_format_is_read()
    {
        using var linear = torch.nn.Linear(2, 1);
        WriteRaw(
            """{"__metadata__":{"format":"pt"},"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}   """,
            [0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x40, 0xC0]);

        Assert.Equal("pt", ModuleWeights.Load(linear, FilePath)["format"]);

        Assert.Equal([1f], linear.bias!.data<float>().ToArray());
        Assert.Equal([2f, -3f], linear.weight.data<float>().ToArray());
    }

    [Fact]
    public void The_written_file_follows_the_format()
    {
        using var linear = torch.nn.Linear(2, 1, hasBias: false);
        ModuleWeights.Save(linear, FilePath);

        byte[] file = File.ReadAllBytes(FilePath);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal("""{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(file, 8, length).TrimEnd(' '));
        Assert.Equal(linear.weight[0, 1].item<float>(), BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(8 + length + 4)));
        Assert.Equal(8 + length + 8, file.Length);
    }

    [Theory]
    [InlineData("""{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", "1 tensors are missing, first 'bias'")]
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "'weight' is Float32[1, 1] in the file and Float32[1, 2] in the model")]
    [InlineData(
        """{"weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "'weight' is Float16[1, 2] in the file")]
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"bias":{"dtype":"I8","shape":[1],"data_offsets":[4,5]},"x":{"dtype":"I8","shape":[3],"data_offsets":[5,8]}}""",
        "no place for 1 tensors, first 'x'")]
    [InlineData("""{"weight":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}}""", "tensor 'weight' has type 'F8'")]
    [InlineData("""{"weight":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "holds 8 bytes of data where its header tells of 4")]
    [InlineData("""{"weight":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", "expected 4 bytes from 0")]
    [InlineData("""{"weight":{"dtype":"U8","shape":[9],"data_offsets":[0,8]}}""", "expected 9 bytes from 0")]
    [InlineData("""{"weight":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "tensor 'weight' lies at bytes 0 to 8")]
    [InlineData("""{"weight":{"dtype":"U8","data_offsets":[0,8]}}""", "its header is malformed")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "its header is malformed")]
    [InlineData("[1, 2]", "its header is malformed")]
    [InlineData("{", "its header length 1 does not fit")]
    public void What_does_not_fit_is_refused_in_one_line_and_changes_nothing(string header, string reason)
    {
        using var linear = torch.nn.Linear(2, 1);
        float[] before = linear.weight.data<float>().ToArray();
        WriteRaw(header, new byte[8]);

        var error = Assert.Throws<TrainingException>(() => ModuleWeights.Load(linear, FilePath));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(before, linear.weight.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(-1)]
    public void A_truncated_file_is_refused(int length)
    {
        using var linear = torch.nn.Linear(2, 1);
        ModuleWeights.Save(linear, FilePath);
        byte[] file = File.ReadAllBytes(FilePath);
        File.WriteAllBytes(FilePath, file[..(length < 0 ? file.Length + length : length)]);

        var error = Assert.Throws<TrainingException>(() => ModuleWeights.Load(linear, FilePath));
        Assert.Contains("is not a sound safetensors file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using var linear = torch.nn.Linear(2, 1);

        var error = Assert.Throws<TrainingException>(() => ModuleWeights.Load(linear, FilePath));
        Assert.Contains($"weights '{FilePath}' cannot be read", error.Message, StringComparison.Ordinal);
    }

    private void WriteRaw(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(FilePath, [.. length, .. json, .. data]);
    }
}
