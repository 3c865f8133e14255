using Microsoft.AspNetCore.Http;

namespace VinCxr.Server.Uploads;

/// <summary>Bytes of all uploads of a server, arrived and arriving.</summary>
internal sealed class UploadQuota(long most)
{
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    /// <exception cref="BadHttpRequestException">413: there is no room.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > most)
        {
            Give(bytes);
            throw new BadHttpRequestException($"the uploads of this server may take {most} bytes together, and nearly do", StatusCodes.Status413PayloadTooLarge);
        }
    }

    /// <summary>Counts what is there already, limit or not.</summary>
    public void Count(long bytes) => Interlocked.Add(ref _used, bytes);

    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
