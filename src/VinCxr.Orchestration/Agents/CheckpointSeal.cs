using System.Security.Cryptography;
using System.Text;
using VinCxr.Core;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// A trailer that makes a checkpoint its trial's own. Training is deterministic, so the same sweep submitted twice writes equal
/// checkpoints, and blobs are named by content: without the seal one trial would delete what another still resumes from.
/// </summary>
public static class CheckpointSeal
{
    /// <summary>Bytes that it adds.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>Appends the sha256 of the trial's id.</summary>
    /// <exception cref="FileNotFoundException">No such checkpoint: a seal alone would be resumed from in vain for ever.</exception>
    public static void Append(string path, string trialId)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Seek(0, SeekOrigin.End);
        file.Write(Of(trialId));
    }

    /// <exception cref="StoreException">The file does not end with the trial's seal.</exception>
    public static void Remove(string path, string trialId)
    {
        if (!TryRemove(path, trialId))
        {
            throw NotItsOwn(trialId);
        }
    }

    /// <exception cref="StoreException"><paramref name="seal"/> is not the trial's.</exception>
    public static void Check(ReadOnlySpan<byte> seal, string trialId)
    {
        if (!seal.SequenceEqual(Of(trialId)))
        {
            throw NotItsOwn(trialId);
        }
    }

    /// <returns>False when the file does not end with the trial's seal; it is left as it is.</returns>
    public static bool TryRemove(string path, string trialId)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        byte[] seal = new byte[Length];
        if (file.Length >= seal.Length)
        {
            file.Seek(-seal.Length, SeekOrigin.End);
            file.ReadExactly(seal);
        }

        if (!seal.AsSpan().SequenceEqual(Of(trialId)))
        {
            return false;
        }

        file.SetLength(file.Length - seal.Length);
        return true;
    }

    private static StoreException NotItsOwn(string trialId) => new($"the stored checkpoint of trial '{trialId}' is not its own");

    private static byte[] Of(string trialId) => SHA256.HashData(Encoding.UTF8.GetBytes(trialId));
}
