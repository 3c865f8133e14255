namespace VinCxr.MongoServer.Faults;

/// <summary>
/// Breaks connections at random moments until a number of them is broken: before a command, in the middle of a request or a reply, or after the
/// command was carried out. Handshakes and housekeeping are spared, so that every drop hits work.
/// </summary>
/// <param name="chance">Per command, in [0, 1], that a disturbance begins.</param>
/// <param name="burst">A disturbance breaks the connections of the next 1 to so many messages, as a switch that restarts does.</param>
public sealed class RandomDrops(int seed, int count, double chance, int burst = 1) : FaultPolicy
{
    private static readonly FaultKind[] Kinds = [FaultKind.DropBefore, FaultKind.ApplyThenDrop, FaultKind.ApplyThenDrop, FaultKind.DropMidReply];
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();
    private int _left = count;
    private int _inBurst;

    /// <summary>Drops still to come.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
            {
                return _left;
            }
        }
    }

    // Only messages longer than housekeeping's are cut here: what a message is shows when it is whole.
    public override bool CutsIncoming(int bytes, bool isHandshake) => !isHandshake && bytes > 1000 && TryTake(chance / 4, out _);

    public override Fault Choose(CommandInfo command) =>
        !command.IsHousekeeping && TryTake(chance, out var kind) ? new Fault(kind) : Fault.None;

    private bool TryTake(double probability, out FaultKind kind)
    {
        lock (_gate)
        {
            if (_inBurst == 0 && _random.NextDouble() < probability)
            {
                _inBurst = 1 + _random.Next(burst);
            }

            bool isHit = _left > 0 && _inBurst > 0;
            _inBurst -= isHit ? 1 : 0;
            kind = isHit ? Kinds[_random.Next(Kinds.Length)] : FaultKind.None;
            _left -= isHit ? 1 : 0;
            return isHit;
        }
    }
}
