using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core.Sweeps;

namespace VinCxr.Data.Sharding;

/// <summary>Key of a prepared set: the same data, spec and decoder always give the same shards.</summary>
public sealed record PreparedKey(string DatasetVersion, PreprocessSpec Spec, string PreparationVersion)
{
    /// <summary>Lower-case hex sha256 of the three parts, the prepared set's document id.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, DataJson.Options)));
}
