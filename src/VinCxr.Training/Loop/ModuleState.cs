using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

internal static class ModuleState
{
    /// <summary>Parameters and buffers of a module by name, live, in a stable order.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Of(nn.Module module) =>
    [
        .. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
        .. module.named_buffers().Select(b => (b.name, b.buffer)),
    ];
}
