using System.Globalization;

namespace VinCxr.Core.Exploration;

/// <summary>What a patient attribute of a file turned out to be.</summary>
public enum Recorded
{
    Known,

    /// <summary>Absent, blank or a placeholder.</summary>
    Missing,

    /// <summary>Written, but not a possible value.</summary>
    Unusable,
}

/// <summary>Reads the DICOM value representation AS (PS3.5 section 6.2: <c>nnnD</c>, <c>nnnW</c>, <c>nnnM</c>, <c>nnnY</c>) and what files write instead.</summary>
public static class PatientAge
{
    /// <summary>Nobody reached 123 yet.</summary>
    private const double Oldest = 122;

    /// <summary>
    /// Blank, a unit without a number (<c>Y</c>) and zero (<c>000Y</c>, the usual placeholder) are missing. A number of up to three digits
    /// may lack leading zeros or its unit (years then). Anything else, and ages above 122 years, are unusable.
    /// </summary>
    /// <param name="years">Age in years where known, else 0.</param>
    public static Recorded Read(string? text, out double years)
    {
        years = 0;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim().Trim('\0');
        if (trimmed.IsEmpty)
        {
            return Recorded.Missing;
        }

        char unit = char.ToUpperInvariant(trimmed[^1]);
        double perYear = unit switch { 'D' => 365.25, 'W' => 365.25 / 7, 'M' => 12, 'Y' => 1, _ => 0 };
        ReadOnlySpan<char> digits = perYear > 0 ? trimmed[..^1].TrimEnd() : trimmed;
        if (digits.IsEmpty)
        {
            return Recorded.Missing;
        }

        if (digits.Length > 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return Recorded.Unusable;
        }

        if (number == 0)
        {
            return Recorded.Missing;
        }

        double age = number / (perYear > 0 ? perYear : 1);
        if (age > Oldest)
        {
            return Recorded.Unusable;
        }

        years = age;
        return Recorded.Known;
    }
}
