using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace VinCxr.MongoServer.Wire;

/// <summary>An answer; a cursor's documents are sent from where they are stored, without being copied.</summary>
internal sealed class Reply
{
    private readonly CursorBatch? _batch;

    public Reply(BsonDocument fields) => Fields = fields.Contains("ok") ? fields : fields.Add("ok", 1.0);

    public Reply(CursorBatch batch)
        : this(new BsonDocument()) => _batch = batch;

    public BsonDocument Fields { get; }

    /// <returns>The message as pieces to be sent in order.</returns>
    public List<ArraySegment<byte>> Encode(int responseTo, bool isLegacy)
    {
        var pieces = new List<ArraySegment<byte>>();
        if (_batch is null)
        {
            pieces.Add(Fields.ToBson());
        }
        else
        {
            _batch.Encode(pieces);
        }

        // OP_REPLY: flags, cursor id, starting from, number returned. OP_MSG: flags, kind of section.
        byte[] prefix = new byte[MessageParser.HeaderBytes + (isLegacy ? 20 : 5)];
        if (isLegacy)
        {
            BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(^4), 1);
        }

        BinaryPrimitives.WriteInt32LittleEndian(prefix, prefix.Length + pieces.Sum(p => p.Count));
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(8), responseTo);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(12), isLegacy ? MessageParser.OpReply : MessageParser.OpMsg);
        pieces.Insert(0, prefix);
        return pieces;
    }
}

/// <summary><c>{cursor: {id, ns, firstBatch | nextBatch: […]}, ok: 1}</c> put together from documents that are BSON already.</summary>
internal sealed record CursorBatch(long CursorId, string Namespace, bool IsFirst, IReadOnlyList<byte[]> Documents)
{
    public void Encode(List<ArraySegment<byte>> pieces)
    {
        byte[] ok = [1, .. "ok\0"u8, .. BitConverter.GetBytes(1.0)];
        byte[] ns = Encoding.UTF8.GetBytes(Namespace);
        byte[] cursorHead =
        [
            0x12, .. "id\0"u8, .. BitConverter.GetBytes(CursorId), 0x02, .. "ns\0"u8, .. BitConverter.GetBytes(ns.Length + 1), .. ns, 0,
            0x04, .. IsFirst ? "firstBatch\0"u8 : "nextBatch\0"u8,
        ];
        byte[][] keys = [.. Documents.Select((_, i) => (byte[])[0x03, .. Encoding.ASCII.GetBytes(i.ToString()), 0])];
        int array = 4 + keys.Sum(k => k.Length) + Documents.Sum(d => d.Length) + 1;
        int cursor = 4 + cursorHead.Length + array + 1;
        byte[] cursorField = [0x03, .. "cursor\0"u8];
        int total = 4 + cursorField.Length + cursor + ok.Length + 1;
        pieces.Add((byte[])
        [
            .. BitConverter.GetBytes(total), .. cursorField, .. BitConverter.GetBytes(cursor), .. cursorHead, .. BitConverter.GetBytes(array),
        ]);
        for (int i = 0; i < keys.Length; i++)
        {
            pieces.Add(keys[i]);
            pieces.Add(Documents[i]);
        }

        pieces.Add((byte[])[0, 0, .. ok, 0]);
    }
}
