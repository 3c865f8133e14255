using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets.Garbage;

/// <summary>Finds blob ids in any text and takes them out of the candidates for removal.</summary>
internal sealed class ReferenceScan(Dictionary<string, BlobInfo> candidates)
{
    private const int IdLength = 64;

    /// <summary>Every run of 64 lower-case hex digits counts, also inside a longer one.</summary>
    public void Keep(string text)
    {
        var byText = candidates.GetAlternateLookup<ReadOnlySpan<char>>();
        int run = 0;
        for (int i = 0; i < text.Length; i++)
        {
            run = char.IsAsciiHexDigitLower(text[i]) ? run + 1 : 0;
            if (run >= IdLength)
            {
                byText.Remove(text.AsSpan(i + 1 - IdLength, IdLength));
            }
        }
    }
}
