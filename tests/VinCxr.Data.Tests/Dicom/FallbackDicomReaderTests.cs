using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom;

public class FallbackDicomReaderTests
{
    private static readonly byte[] Unsupported =
        new DicomBytes().Image(64, 64).Fragments(null, new byte[9]).File("1.2.840.10008.1.2.4.80");

    private readonly CountingReader _second = new();

    [Fact]
    public void The_second_reader_gets_what_the_first_does_not_decode()
    {
        Assert.Same(CountingReader.Answer, new FallbackDicomReader(new DicomReader(), _second).Read(Unsupported));
    }

    [Fact]
    public void Damage_and_good_files_are_for_the_first_reader_alone()
    {
        var reader = new FallbackDicomReader(new DicomReader(), _second);
        byte[] good = new DicomBytes().Image(1, 2).Pixels(1, 2).File("1.2.840.10008.1.2.1");
        Assert.Equal([1, 0, 2, 0], reader.Read(good).PixelBytes);
        Assert.Throws<DicomException>(() => reader.Read(good.AsMemory(0, good.Length - 1)));
        Assert.Equal(2, reader.ReadHeader(good).Columns);
        Assert.Equal(0, _second.Calls);
    }

    [Fact]
    public void An_unsupported_transfer_syntax_is_named_apart_from_damage()
    {
        Assert.Equal("1.2.840.10008.1.2.4.80", Assert.Throws<DicomException>(() => new DicomReader().Read(Unsupported)).UnsupportedTransferSyntax);
        Assert.Null(Assert.Throws<DicomException>(() => new DicomReader().Read(Unsupported.AsMemory(0, 50))).UnsupportedTransferSyntax);
    }

    private sealed class CountingReader : IDicomReader
    {
        public static readonly DicomImage Answer = new(new DicomReader().ReadHeader(Unsupported), []);

        public int Calls { get; private set; }

        public DicomImage Read(ReadOnlyMemory<byte> file)
        {
            Calls++;
            return Answer;
        }

        public DicomHeader ReadHeader(ReadOnlyMemory<byte> file)
        {
            Calls++;
            return Answer.Header;
        }
    }
}
