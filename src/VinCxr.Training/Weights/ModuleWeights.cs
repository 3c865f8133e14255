using TorchSharp;
using VinCxr.Core;
using static TorchSharp.torch;

namespace VinCxr.Training.Weights;

/// <summary>Parameters and buffers of a module as a safetensors file, keyed by state-dict names.</summary>
public static class ModuleWeights
{
    /// <summary>Writes the file under a temporary name, flushes it and renames it, so that a reader never sees half of it.</summary>
    /// <param name="metadata">Free strings kept in the header.</param>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Dictionary<string, Tensor> state = module.state_dict();
        string temporary = path + ".tmp";
        using (FileStream stream = File.Create(temporary))
        {
            SafeTensorsHeader.Describe(state, metadata ?? new Dictionary<string, string>()).Write(stream);
            foreach (Tensor value in state.Values)
            {
                using DisposeScope scope = NewDisposeScope();
                stream.Write(value.detach().cpu().contiguous().bytes);
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Fills a module's parameters and buffers in place; nothing is changed when the file does not fit.</summary>
    /// <returns>The header's metadata.</returns>
    /// <exception cref="TrainingException">Not a safetensors file, or names, shapes or types differ from the module's.</exception>
    public static IReadOnlyDictionary<string, string> Load(nn.Module module, string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            SafeTensorsHeader header = SafeTensorsHeader.Read(stream, path);
            Dictionary<string, Tensor> state = module.state_dict();
            CheckFit(header, state, path);
            long data = stream.Position;
            foreach (SafeTensorsEntry entry in header.Entries)
            {
                byte[] bytes = new byte[entry.End - entry.Begin];
                stream.Position = data + entry.Begin;
                stream.ReadExactly(bytes);
                Fill(state[entry.Name], bytes);
            }

            return header.Metadata;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"weights '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static void CheckFit(SafeTensorsHeader header, Dictionary<string, Tensor> state, string path)
    {
        var missing = state.Keys.Except(header.Entries.Select(e => e.Name)).ToList();
        if (missing.Count > 0)
            throw new TrainingException($"weights '{path}' do not fit the model: {missing.Count} tensors are missing, first '{missing[0]}'");
        var extra = header.Entries.Select(e => e.Name).Except(state.Keys).ToList();
        if (extra.Count > 0)
            throw new TrainingException($"weights '{path}' do not fit the model: it has no place for {extra.Count} tensors, first '{extra[0]}'");
        foreach (SafeTensorsEntry entry in header.Entries)
        {
            Tensor own = state[entry.Name];
            if (own.dtype != entry.Type || !own.shape.AsSpan().SequenceEqual(entry.Shape))
                throw new TrainingException(
                    $"weights '{path}' do not fit the model: '{entry.Name}' is {Describe(entry.Type, entry.Shape)} in the file and {Describe(own.dtype, own.shape)} in the model; were they made for another variant or class count?");
        }
    }

    private static void Fill(Tensor target, byte[] bytes)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor stored = empty(target.shape, target.dtype);
        stored.bytes = bytes;
        target.copy_(stored);
    }

    private static string Describe(ScalarType type, long[] shape) => $"{type}[{string.Join(", ", shape)}]";
}
