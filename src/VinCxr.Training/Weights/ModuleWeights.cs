using TorchSharp;

namespace VinCxr.Training.Weights;

/// <summary>Parameters and buffers of a module as a safetensors file, keyed by state-dict names.</summary>
public static class ModuleWeights
{
    /// <summary>Writes the file under a temporary name and renames it, so that a reader never sees half of it.</summary>
    /// <param name="metadata">Free strings kept in the header.</param>
    public static void Save(torch.nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        throw new NotImplementedException();

    /// <summary>Fills a module's parameters and buffers in place; nothing is changed when the file does not fit.</summary>
    /// <returns>The header's metadata.</returns>
    /// <exception cref="Core.TrainingException">Not a safetensors file, or names, shapes or types differ from the module's.</exception>
    public static IReadOnlyDictionary<string, string> Load(torch.nn.Module module, string path) => throw new NotImplementedException();
}
