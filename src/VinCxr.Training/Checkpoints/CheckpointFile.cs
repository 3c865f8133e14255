using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace VinCxr.Training.Checkpoints;

/// <summary>
/// One training state as one file, little endian: 8 bytes magic <c>VCXRCKPT</c>, int32 version, int32 length of a JSON index, the index
/// (header, then name, type and shape of every tensor), the tensors' bytes in that order, sha256 of everything before it.
/// </summary>
public static class CheckpointFile
{
    private const int Version = 1;
    private const int HashBytes = 32;

    private static ReadOnlySpan<byte> Magic => "VCXRCKPT"u8;

    private sealed record TensorEntry(string Name, ScalarType Type, long[] Shape);

    private sealed record Index(CheckpointHeader Header, IReadOnlyList<TensorEntry> Tensors);

    /// <summary>Writes under a temporary name, flushes to disk and renames, so that the path holds a whole file or none.</summary>
    public static void Write(string path, CheckpointHeader header, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        string temporary = path + ".tmp";
        using (FileStream stream = File.Create(temporary))
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            byte[] index = JsonSerializer.SerializeToUtf8Bytes(
                new Index(header, [.. tensors.Select(t => new TensorEntry(t.Name, t.Value.dtype, t.Value.shape))]));
            Span<byte> prefix = stackalloc byte[16];
            Magic.CopyTo(prefix);
            BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], Version);
            BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], index.Length);
            Append(prefix);
            Append(index);
            foreach ((_, Tensor value) in tensors)
            {
                using var scope = NewDisposeScope();
                Append(value.detach().cpu().contiguous().bytes);
            }

            stream.Write(hash.GetHashAndReset());
            stream.Flush(flushToDisk: true);

            void Append(ReadOnlySpan<byte> bytes)
            {
                stream.Write(bytes);
                hash.AppendData(bytes);
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file into live tensors; nothing is changed unless the whole file is sound and fits them.</summary>
    /// <param name="tensors">What <see cref="Write"/> was given: same names, types and shapes, any order.</param>
    /// <param name="fingerprints">Allowed values of <see cref="CheckpointHeader.Fingerprint"/>; null allows any.</param>
    /// <exception cref="CheckpointException">Missing, damaged or of another version, model or set-up.</exception>
    public static CheckpointHeader Read(string path, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyCollection<string>? fingerprints) =>
        Read(path, tensors, fingerprints, allowOthers: false);

    /// <summary>As <see cref="Read(string, IReadOnlyList{ValueTuple{string, Tensor}}, IReadOnlyCollection{string}?)"/>, but takes what it is asked for and passes over the file's other tensors.</summary>
    /// <exception cref="CheckpointException">Missing, damaged or of another version or model.</exception>
    public static CheckpointHeader ReadSome(string path, IReadOnlyList<(string Name, Tensor Value)> tensors) => Read(path, tensors, null, allowOthers: true);

    private static CheckpointHeader Read(
        string path, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyCollection<string>? fingerprints, bool allowOthers)
    {
        byte[] file = ReadVerified(path);
        int indexLength = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
        Index index = JsonSerializer.Deserialize<Index>(file.AsSpan(16, indexLength))
            ?? throw new CheckpointException($"checkpoint '{path}' has an empty index; delete it and resume from another one");
        if (fingerprints is not null && !fingerprints.Contains(index.Header.Fingerprint))
        {
            throw new CheckpointException(
                $"checkpoint '{path}' belongs to another set-up ({index.Header.Fingerprint}, now {string.Join(" or ", fingerprints)}); resume with the settings it was made with");
        }

        Dictionary<string, Tensor> live = tensors.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var copies = new List<(Tensor To, int Offset, TensorEntry Entry)>();
        int offset = 16 + indexLength;
        foreach (TensorEntry entry in index.Tensors)
        {
            if (live.Remove(entry.Name, out Tensor? to) && to.dtype == entry.Type && to.shape.AsSpan().SequenceEqual(entry.Shape))
            {
                copies.Add((to, offset, entry));
            }
            else if (to is not null || !allowOthers)
            {
                throw new CheckpointException($"checkpoint '{path}': tensor '{entry.Name}' {entry.Type}[{string.Join(',', entry.Shape)}] does not fit the model");
            }

            using Tensor sample = empty(0, entry.Type);
            offset += checked((int)(entry.Shape.Aggregate(1L, (n, side) => n * side) * sample.element_size()));
        }

        if (live.Count > 0)
        {
            throw new CheckpointException($"checkpoint '{path}' lacks tensor '{live.Keys.First()}'; it was made with another model");
        }

        foreach ((Tensor to, int from, TensorEntry entry) in copies)
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            Tensor stored = empty(entry.Shape, entry.Type);
            stored.bytes = file.AsSpan(from, checked((int)(to.numel() * to.element_size())));
            to.copy_(stored);
        }

        return index.Header;
    }

    private static byte[] ReadVerified(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (IOException error)
        {
            throw new CheckpointException($"checkpoint '{path}' cannot be read: {error.Message}", error);
        }

        if (file.Length < 16 + HashBytes || !file.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new CheckpointException($"'{path}' is not a VinCxr checkpoint; resume from a file that a trainer wrote");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8));
        if (version != Version)
        {
            throw new CheckpointException($"checkpoint '{path}' has format version {version}; this program reads version {Version}");
        }

        if (!SHA256.HashData(file.AsSpan(0, file.Length - HashBytes)).AsSpan().SequenceEqual(file.AsSpan(file.Length - HashBytes)))
        {
            throw new CheckpointException($"checkpoint '{path}' is damaged (its sha256 does not match); resume from another one");
        }

        return file;
    }
}
