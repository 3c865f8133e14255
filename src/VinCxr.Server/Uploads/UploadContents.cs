using Microsoft.AspNetCore.Http;
using VinCxr.Contracts.Api;

namespace VinCxr.Server.Uploads;

/// <summary>Files of an upload, and the room that those still arriving have taken. Its session's lock guards it.</summary>
internal sealed class UploadContents(UploadOptions options, UploadQuota quota)
{
    private readonly SortedDictionary<string, UploadedFile> _files = new(StringComparer.Ordinal);
    private long _arrivingBytes;

    /// <summary>Of files that have arrived.</summary>
    public long Bytes { get; private set; }

    public int Count => _files.Count;

    /// <summary>Files on their way.</summary>
    public int Arriving { get; private set; }

    public IReadOnlyList<UploadedFile> List() => [.. _files.Values];

    public UploadedFile? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Begins with a file that will have so many bytes, or more.</summary>
    /// <exception cref="BadHttpRequestException">413: a limit is passed.</exception>
    public void Enter(string name, long bytes)
    {
        if (!_files.ContainsKey(name) && _files.Count + Arriving >= options.Files)
        {
            throw TooLarge($"an upload has at most {options.Files} files");
        }

        Take(bytes);
        Arriving++;
    }

    /// <summary>Room for more bytes of a file on its way.</summary>
    /// <exception cref="BadHttpRequestException">413: a limit is passed.</exception>
    public void Take(long bytes)
    {
        if (Bytes + _arrivingBytes + bytes > options.UploadBytes)
        {
            throw TooLarge($"the files of an upload have at most {options.UploadBytes} bytes");
        }

        quota.Take(bytes);
        _arrivingBytes += bytes;
    }

    /// <summary>Ends with a file on its way.</summary>
    /// <param name="bytes">All that was taken for it.</param>
    public void Leave(long bytes)
    {
        Arriving--;
        _arrivingBytes -= bytes;
        quota.Give(bytes);
    }

    /// <summary>Adds a file that is there, or puts it in another's place.</summary>
    public void Put(UploadedFile file)
    {
        Remove(file.Name);
        _files.Add(file.Name, file);
        Bytes += file.Length;
        quota.Count(file.Length);
    }

    public void Remove(string name)
    {
        if (_files.Remove(name, out var old))
        {
            Bytes -= old.Length;
            quota.Give(old.Length);
        }
    }

    /// <summary>The files are gone from disk; the list stays.</summary>
    public void FreeRoom() => quota.Give(Bytes);

    public static BadHttpRequestException TooLarge(string message) => new(message, StatusCodes.Status413PayloadTooLarge);
}
