using System.Buffers;
using System.Security.Cryptography;
using VinCxr.Core;

namespace VinCxr.Server.Uploads;

/// <summary>Writes what arrives to a file, bounded and hashed on its way.</summary>
internal static class FileReceiver
{
    private const int BufferBytes = 80 * 1024;

    /// <param name="path">Of a file that is not there yet; on disk, not just written, when this returns.</param>
    /// <param name="count">Told of bytes before they are written; raises what refuses them.</param>
    /// <returns>Bytes, and the lower-case hex sha256 of them.</returns>
    /// <exception cref="StoreException">The disk is full or does not take them.</exception>
    public static async Task<(long Length, string Sha256)> ReceiveAsync(Stream content, string path, Action<int> count, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = Try(() => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true));
            long length = 0;

            // The web server itself ends a read whose sender has gone; one that is given up in between it complains of.
            for (int read; (read = await content.ReadAsync(buffer, CancellationToken.None)) > 0;)
            {
                count(read);
                hash.AppendData(buffer, 0, read);
                length += read;
                try
                {
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    throw Unwritable(error);
                }
            }

            Try(() => file.Flush(flushToDisk: true));
            return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Keeps errors of this machine's disk apart from those of the sender's connection.</summary>
    public static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    /// <inheritdoc cref="Try{T}"/>
    public static void Try(Action work) => Try(() =>
    {
        work();
        return true;
    });

    /// <summary>Says nothing of the path: that is the server's business.</summary>
    private static StoreException Unwritable(Exception error) => new($"the folder of uploads cannot be written ({error.GetType().Name}); is its disk full?", error);
}
