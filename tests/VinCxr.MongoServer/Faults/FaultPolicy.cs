namespace VinCxr.MongoServer.Faults;

/// <summary>Decides what goes wrong. Called from many connections at once.</summary>
public abstract class FaultPolicy
{
    public static FaultPolicy None { get; } = new Delegated(_ => Fault.None);

    /// <summary>A fault per command.</summary>
    public static FaultPolicy Of(Func<CommandInfo, Fault> choose) => new Delegated(choose);

    /// <summary>True to break the connection in the middle of a message that is coming in.</summary>
    /// <param name="bytes">Length of the message.</param>
    /// <param name="isHandshake">The first message of a connection.</param>
    public virtual bool CutsIncoming(int bytes, bool isHandshake) => false;

    public abstract Fault Choose(CommandInfo command);

    private sealed class Delegated(Func<CommandInfo, Fault> choose) : FaultPolicy
    {
        public override Fault Choose(CommandInfo command) => choose(command);
    }
}
