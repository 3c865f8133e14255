namespace VinCxr.Training.Tests.Loop;

/// <summary>Tests that use torch's global random state or count live tensors run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection
{
    public const string Name = "torch";
}
