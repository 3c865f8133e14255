using VinCxr.Contracts.Scheduling;
using VinCxr.Core.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Slot time by user, kept exact: it is brought up to date whenever the number of slots in use changes.</summary>
internal sealed class UseLedger(TimeProvider time)
{
    /// <summary>Decayed use below this is forgotten with its user.</summary>
    private const double ForgottenSlotSeconds = 1;

    private readonly Dictionary<string, (DecayedUse Use, double Slots)> _users = new(StringComparer.Ordinal);

    public TimeSpan HalfLife { get; private set; } = TimeSpan.FromHours(QueueRules.Default.HalfLifeHours);

    /// <summary>Slots that all users use.</summary>
    public double InUse { get; private set; }

    public void Restore(IReadOnlyDictionary<string, DecayedUse> users)
    {
        foreach (var (user, use) in users)
        {
            _users[user] = (use, 0);
        }
    }

    /// <summary>Use up to now decays as it did; from now on with the new half-life.</summary>
    public void SetHalfLife(TimeSpan halfLife)
    {
        if (halfLife != HalfLife)
        {
            foreach (string user in _users.Keys.ToArray())
            {
                Change(user, 0);
            }

            HalfLife = halfLife;
        }
    }

    public void Change(string user, double slots)
    {
        var now = time.GetUtcNow();
        var (use, inUse) = _users.GetValueOrDefault(user, (new DecayedUse(0, now), 0));
        double after = inUse + slots;

        // Sums of fractions leave dust, which must not add up to a slot.
        _users[user] = (use.After(inUse, now, HalfLife), Math.Abs(after) < SlotDemand.Tolerance ? 0 : after);
        InUse = Math.Abs(InUse + slots) < SlotDemand.Tolerance ? 0 : InUse + slots;
    }

    public double SlotsOf(string user) => _users.GetValueOrDefault(user).Slots;

    /// <summary>The least is owed the next slot.</summary>
    public double RankOf(string user) =>
        _users.TryGetValue(user, out var known) ? FairShare.Rank(known.Use.After(known.Slots, time.GetUtcNow(), HalfLife).SlotSeconds, known.Slots) : 0;

    /// <summary>The user who is owed most first.</summary>
    public UserUse[] Summary() =>
    [
        .. Current().OrderBy(u => FairShare.Rank(u.Value.SlotSeconds, SlotsOf(u.Key))).ThenBy(u => u.Key, StringComparer.Ordinal)
            .Select(u => new UserUse(u.Key.Length == 0 ? null : u.Key, u.Value.SlotSeconds / 3600, SlotsOf(u.Key))),
    ];

    /// <summary>Decayed use as of now, without users whose use is all but forgotten.</summary>
    public Dictionary<string, DecayedUse> Current()
    {
        var now = time.GetUtcNow();
        foreach (var (user, (use, slots)) in _users.ToArray())
        {
            var current = use.After(slots, now, HalfLife);
            if (slots == 0 && current.SlotSeconds < ForgottenSlotSeconds)
            {
                _users.Remove(user);
            }
            else
            {
                _users[user] = (current, slots);
            }
        }

        return _users.ToDictionary(u => u.Key, u => u.Value.Use);
    }
}
