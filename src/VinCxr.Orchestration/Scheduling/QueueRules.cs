using System.Globalization;
using System.Text.RegularExpressions;
using VinCxr.Contracts.Scheduling;
using VinCxr.Core;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What a queue's settings must be.</summary>
internal static partial class QueueRules
{
    /// <summary>The queue that always exists.</summary>
    public static readonly QueueSettings Default = new("default");

    /// <summary>A year: older use tells nothing about who is owed a slot today.</summary>
    private const double LongestHalfLife = 24 * 365;

    /// <exception cref="InvalidInputException">Lists everything that is wrong.</exception>
    public static void Check(QueueSettings queue)
    {
        List<string> errors = [];
        if (!Name().IsMatch(queue.Name))
        {
            errors.Add($"name: '{queue.Name}' is no name for a queue, use 1 to 63 of a-z 0-9 . _ - and begin with a letter or digit");
        }

        Positive("weight", queue.Weight);
        Quota("slots", queue.Slots);
        Quota("user_slots", queue.UserSlots);
        if (Positive("half_life_hours", queue.HalfLifeHours) && queue.HalfLifeHours > LongestHalfLife)
        {
            errors.Add($"half_life_hours: {Number(queue.HalfLifeHours)} is longer than a year ({LongestHalfLife})");
        }

        if (queue is { Slots: { } slots, UserSlots: { } userSlots } && userSlots > slots)
        {
            errors.Add($"user_slots: {Number(userSlots)} is more than the queue's slots ({Number(slots)}), so it would never hold anybody back");
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException($"queue '{queue.Name}'", errors);
        }

        bool Positive(string key, double value)
        {
            bool isPositive = double.IsFinite(value) && value > 0;
            if (!isPositive)
            {
                errors.Add($"{key}: {Number(value)} must be more than 0");
            }

            return isPositive;
        }

        void Quota(string key, double? value)
        {
            if (value is { } quota && !(double.IsFinite(quota) && quota > 0))
            {
                errors.Add($"{key}: a quota of {Number(quota)} would start nothing; give more than 0, or none for no limit");
            }
        }
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,62}$")]
    private static partial Regex Name();
}
