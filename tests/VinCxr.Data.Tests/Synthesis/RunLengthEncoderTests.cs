using VinCxr.Data.Synthesis.Dicom;

namespace VinCxr.Data.Tests.Synthesis;

/// <summary>Expected bytes are worked out by hand after PS3.5 Annex G.</summary>
public sealed class RunLengthEncoderTests
{
    [Fact]
    public void High_and_low_bytes_form_two_even_segments_of_row_wise_runs()
    {
        byte[] frame = RunLengthEncoder.Encode([0x0102, 0x0103, 0x0104, 0x0104, 0x0104, 0x0105], 2, 3);

        Assert.Equal(2, BitConverter.ToInt32(frame, 0));
        Assert.Equal(64, BitConverter.ToInt32(frame, 4));
        Assert.Equal(68, BitConverter.ToInt32(frame, 8));
        // High bytes: three times 1 in each row, runs do not join across rows.
        Assert.Equal([0xFE, 1, 0xFE, 1], frame[64..68]);
        // Low bytes: literal 2 3 4; run of two 4, then literal 5.
        Assert.Equal([2, 2, 3, 4, 0xFF, 4, 0, 5], frame[68..]);
    }

    [Fact]
    public void Runs_and_literals_end_at_128_bytes()
    {
        ushort[] flat = new ushort[300];
        ushort[] rising = [.. Enumerable.Range(0, 200).Select(i => (ushort)i)];

        byte[] run = RunLengthEncoder.Encode(flat, 1, 300);
        byte[] literal = RunLengthEncoder.Encode(rising, 1, 200);

        Assert.Equal([0x81, 0, 0x81, 0, 0xD5, 0], run[64..70]);
        int low = BitConverter.ToInt32(literal, 8);
        Assert.Equal(127, literal[low]);
        Assert.Equal(71, literal[low + 129]);
    }
}
