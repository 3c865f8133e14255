namespace VinCxr.MongoServer.Faults;

/// <summary>What happens to one command.</summary>
public enum FaultKind
{
    None,

    /// <summary>The connection breaks and nothing is done.</summary>
    DropBefore,

    /// <summary>The command is carried out, then the connection breaks instead of a reply: the client cannot know.</summary>
    ApplyThenDrop,

    /// <summary>The connection breaks in the middle of the reply.</summary>
    DropMidReply,

    /// <summary>Not done: error 10107 NotWritablePrimary, as during an election.</summary>
    NotPrimary,

    /// <summary>Carried out, and the reply waits for <see cref="Fault.Delay"/>.</summary>
    Slow,

    /// <summary>Not done and never answered; the connection stays open.</summary>
    Hang,
}

public readonly record struct Fault(FaultKind Kind, TimeSpan Delay = default)
{
    public static Fault None { get; } = new(FaultKind.None);
}

/// <param name="Name">As in the protocol: <c>insert</c>, <c>find</c>, …</param>
/// <param name="Collection">Empty for commands without one.</param>
/// <param name="Documents">Documents in an insert.</param>
public sealed record CommandInfo(string Name, string Collection, int Documents)
{
    /// <summary>Commands by which drivers look after connections and sessions.</summary>
    public bool IsHousekeeping => Name is "hello" or "ismaster" or "isMaster" or "ping" or "buildInfo" or "endSessions" or "killCursors";
}
