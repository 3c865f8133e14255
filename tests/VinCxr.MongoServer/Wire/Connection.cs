using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using VinCxr.MongoServer.Commands;
using VinCxr.MongoServer.Faults;

namespace VinCxr.MongoServer.Wire;

/// <summary>One client's connection: a message, its answer, the next message.</summary>
internal sealed class Connection(Socket socket, int id, MongoTestServer server, CommandTable commands)
{
    private const int MaxMessageBytes = 48_000_000;

    public async Task RunAsync(CancellationToken stopping)
    {
        using (socket)
        {
            using var closing = stopping.Register(static socket => ((Socket)socket!).Dispose(), socket);
            try
            {
                socket.NoDelay = true;
                for (bool isHandshake = true; await TryServeAsync(isHandshake, stopping); isHandshake = false)
                {
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException or InvalidDataException)
            {
                // The client went away, the server stops, or what came was no message: the connection ends.
            }
        }
    }

    /// <returns>False when the connection is over.</returns>
    private async Task<bool> TryServeAsync(bool isHandshake, CancellationToken stopping)
    {
        byte[] header = new byte[MessageParser.HeaderBytes];
        if (!await TryReceiveAsync(header, stopping))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < MessageParser.HeaderBytes or > MaxMessageBytes)
        {
            throw new InvalidDataException($"a message of {length} bytes");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            header.CopyTo(buffer, 0);
            bool isCut = server.Faults.CutsIncoming(length, isHandshake);
            int wanted = isCut ? length / 2 : length;
            if (!await TryReceiveAsync(buffer.AsMemory(header.Length, Math.Max(0, wanted - header.Length)), stopping))
            {
                return false;
            }

            return isCut ? Drop() : await AnswerAsync(MessageParser.Parse(buffer.AsSpan(0, length)), stopping);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> AnswerAsync(Request request, CancellationToken stopping)
    {
        server.Counters.AddCommand(request.Name);
        var fault = server.Faults.Choose(new CommandInfo(request.Name, request.Collection, request.Documents("documents").Count));
        switch (fault.Kind)
        {
            case FaultKind.DropBefore:
                return Drop();
            case FaultKind.Hang:
                await Task.Delay(Timeout.Infinite, stopping);
                return false;
            default:
                break;
        }

        var reply = fault.Kind == FaultKind.NotPrimary ? CommandTable.NotPrimary : commands.Run(request, id);
        switch (fault.Kind)
        {
            case FaultKind.ApplyThenDrop:
                return Drop();
            case FaultKind.Slow:
                await Task.Delay(fault.Delay, stopping);
                break;
            default:
                break;
        }

        if (!request.WantsReply)
        {
            return true;
        }

        var pieces = reply.Encode(request.Id, request.IsLegacy);
        if (fault.Kind == FaultKind.DropMidReply)
        {
            await SendAsync([pieces[0], pieces[1][..(pieces[1].Count / 2)]], stopping);
            return Drop();
        }

        await SendAsync(pieces, stopping);
        return true;
    }

    private bool Drop()
    {
        server.Counters.AddDropped();
        socket.Close(timeout: 0);
        return false;
    }

    private async Task<bool> TryReceiveAsync(Memory<byte> target, CancellationToken stopping)
    {
        while (target.Length > 0)
        {
            int count = await socket.ReceiveAsync(target, stopping);
            if (count == 0)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }

    private async Task SendAsync(List<ArraySegment<byte>> pieces, CancellationToken stopping)
    {
        while (pieces.Count > 0)
        {
            stopping.ThrowIfCancellationRequested();

            // The system takes a bounded number of pieces per call.
            int sent = await socket.SendAsync([.. pieces.Take(64)], SocketFlags.None);
            int done = 0;
            while (done < pieces.Count && sent >= pieces[done].Count)
            {
                sent -= pieces[done++].Count;
            }

            pieces.RemoveRange(0, done);
            if (sent > 0)
            {
                pieces[0] = pieces[0][sent..];
            }
        }
    }
}
