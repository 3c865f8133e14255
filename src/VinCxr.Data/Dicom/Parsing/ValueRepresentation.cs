namespace VinCxr.Data.Dicom.Parsing;

/// <summary>Value representations, PS3.5 section 6.2.</summary>
internal static class ValueRepresentation
{
    /// <summary>VRs whose explicit header has two reserved bytes and a 32-bit length (PS3.5 section 7.1.2).</summary>
    private static readonly string[] Long = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

    private static readonly string[] Short =
    [
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US",
    ];

    public enum HeaderForm
    {
        Short,
        Long,
        Unknown,
        NotLetters,
    }

    /// <summary>The shared string of a two-byte VR and the form of its element header.</summary>
    public static HeaderForm Classify(byte first, byte second, out string vr)
    {
        if (Find(Short, first, second) is { } isShort)
        {
            vr = isShort;
            return HeaderForm.Short;
        }

        if (Find(Long, first, second) is { } isLong)
        {
            vr = isLong;
            return HeaderForm.Long;
        }

        vr = "UN";
        return char.IsAsciiLetterUpper((char)first) && char.IsAsciiLetterUpper((char)second) ? HeaderForm.Unknown : HeaderForm.NotLetters;
    }

    private static string? Find(string[] known, byte first, byte second)
    {
        foreach (string vr in known)
        {
            if (vr[0] == first && vr[1] == second)
            {
                return vr;
            }
        }

        return null;
    }
}
