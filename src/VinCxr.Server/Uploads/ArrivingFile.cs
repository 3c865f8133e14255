using VinCxr.Contracts.Api;

namespace VinCxr.Server.Uploads;

/// <summary>Room of one file on its way: what was said at the start, and more as more comes.</summary>
/// <param name="gate">Lock of the upload.</param>
/// <param name="most">Bytes of such a file.</param>
internal sealed class ArrivingFile(Lock gate, UploadContents contents, string name, long most) : IDisposable
{
    private long _taken;
    private long _arrived;
    private bool _isIn;

    /// <param name="bytes">What the sender says, or 0.</param>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">413: a limit is passed.</exception>
    public void Enter(long bytes)
    {
        Check(bytes);
        lock (gate)
        {
            contents.Enter(name, bytes);
            (_taken, _isIn) = (bytes, true);
        }
    }

    /// <inheritdoc cref="Enter"/>
    public void Count(int bytes)
    {
        _arrived += bytes;
        Check(_arrived);
        if (_arrived > _taken)
        {
            lock (gate)
            {
                contents.Take(_arrived - _taken);
                _taken = _arrived;
            }
        }
    }

    /// <summary>From on its way to there; under the lock of the upload.</summary>
    public void Arrive(UploadedFile file)
    {
        Dispose();
        contents.Put(file);
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (_isIn)
            {
                contents.Leave(_taken);
                _isIn = false;
            }
        }
    }

    private void Check(long bytes)
    {
        if (bytes > most)
        {
            throw UploadContents.TooLarge($"file '{name}' has more than {most} bytes");
        }
    }
}
