using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace VinCxr.MongoServer.Wire;

/// <summary>Reads OP_MSG and OP_QUERY (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).</summary>
internal static class MessageParser
{
    public const int HeaderBytes = 16;
    public const int OpReply = 1;
    public const int OpQuery = 2004;
    public const int OpMsg = 2013;
    private const uint ChecksumPresent = 1, MoreToCome = 2;
    private const int ChecksumBytes = 4;

    /// <param name="message">With its header.</param>
    public static Request Parse(ReadOnlySpan<byte> message)
    {
        int id = Int32(message[4..]), code = Int32(message[12..]);
        var body = message[HeaderBytes..];
        return code switch
        {
            OpMsg => ParseMessage(id, body),
            OpQuery => ParseQuery(id, body),
            _ => throw new InvalidDataException($"opcode {code} is not spoken here"),
        };
    }

    private static Request ParseMessage(int id, ReadOnlySpan<byte> body)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(body);
        uint required = flags & 0xFFFF;
        if ((required & ~(ChecksumPresent | MoreToCome)) != 0)
        {
            throw new InvalidDataException($"OP_MSG with required flags 0x{required:x}");
        }

        // The checksum (CRC-32C) is optional to check; TCP has one of its own.
        body = (flags & ChecksumPresent) != 0 ? body[4..^ChecksumBytes] : body[4..];
        BsonDocument? command = null;
        var sequences = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        while (body.Length > 0)
        {
            byte kind = body[0];
            int length = Int32(body[1..]);
            var section = body.Slice(1, length);
            body = body[(1 + length)..];
            if (kind == 0)
            {
                command = BsonSerializer.Deserialize<BsonDocument>(section.ToArray());
            }
            else if (kind == 1)
            {
                ReadSequence(section[4..], sequences);
            }
            else
            {
                throw new InvalidDataException($"OP_MSG section of kind {kind}");
            }
        }

        return new Request(
            id, command ?? throw new InvalidDataException("OP_MSG without a body"), sequences, IsLegacy: false, (flags & MoreToCome) == 0);
    }

    private static void ReadSequence(ReadOnlySpan<byte> section, Dictionary<string, List<byte[]>> sequences)
    {
        int end = section.IndexOf((byte)0);
        var documents = sequences[Encoding.UTF8.GetString(section[..end])] = [];
        for (section = section[(end + 1)..]; section.Length > 0;)
        {
            int length = Int32(section);
            documents.Add(section[..length].ToArray());
            section = section[length..];
        }
    }

    private static Request ParseQuery(int id, ReadOnlySpan<byte> body)
    {
        // flags, full collection name, number to skip, number to return, query
        var rest = body[4..];
        rest = rest[(rest.IndexOf((byte)0) + 1 + 8)..];
        var command = BsonSerializer.Deserialize<BsonDocument>(rest[..Int32(rest)].ToArray());
        return new Request(id, command, new Dictionary<string, List<byte[]>>(), IsLegacy: true, WantsReply: true);
    }

    private static int Int32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
