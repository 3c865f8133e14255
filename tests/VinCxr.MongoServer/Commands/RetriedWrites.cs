using System.Collections.Concurrent;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

/// <summary>
/// Retryable writes: a driver sends a write whose reply it missed again under the same session and transaction number. It is carried out once.
/// </summary>
internal sealed class RetriedWrites
{
    private readonly ConcurrentDictionary<Guid, (long Number, Reply Reply)> _last = new();

    public Reply Run(Request request, Func<Request, Reply> command)
    {
        if (!request.Body.TryGetValue("txnNumber", out var number) || !request.Body.TryGetValue("lsid", out var session))
        {
            return command(request);
        }

        var id = new Guid(session["id"].AsBsonBinaryData.Bytes);
        if (_last.TryGetValue(id, out var last) && last.Number == number.ToInt64())
        {
            return last.Reply;
        }

        var reply = command(request);
        _last[id] = (number.ToInt64(), reply);
        return reply;
    }
}
