using System.Text;
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Deidentification;
using VinCxr.Data.Dicom.Parsing;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Dicom.Deidentification;

public sealed class DeidentifierTests
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string Lossless = "1.2.840.10008.1.2.5";
    private const string Secret = "Nguyen^Van^A";
    private static readonly DicomReader Reader = new();

    public static TheoryData<string, bool, bool> Encodings => new()
    {
        { "1.2.840.10008.1.2", false, false },
        { Explicit, true, false },
        { "1.2.840.10008.1.2.2", true, true },
        { "1.2.840.10008.1.2.1.99", true, false },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Personal_data_goes_at_every_depth_and_pixels_stay(string syntax, bool explicitVr, bool bigEndian)
    {
        byte[] file = Study(explicitVr, bigEndian).Image(2, 3).Pixels(1, 2, 3, 4, 5, 65535).File(syntax);

        Assert.Equal(
            [
                "(0008,0080) InstitutionName", "(0008,1070) OperatorsName", "(0009,xxxx) private group", "(0010,0010) PatientName",
                "(0010,0020) PatientID", "(0010,0030) PatientBirthDate", "(0040,A123) PersonName",
            ],
            PhiScan.Find(file));
        var result = Deidentifier.Run(file);

        Assert.Empty(PhiScan.Find(result));
        Assert.DoesNotContain(Secret, Plain(result), StringComparison.Ordinal);
        Assert.Equal(Reader.Read(file).PixelSha256, Reader.Read(result).PixelSha256);
        Assert.Equal(syntax, Reader.Read(result).Header.TransferSyntax);
        var set = DicomFile.Open(result).DataSet;
        Assert.Equal(("YES", ConfidentialityProfile.Method), (set.Text(new(0x0012, 0x0062)), set.Text(new(0x0012, 0x0063))));
        Assert.Equal(0, set.Find(new(0x0010, 0x0010))!.Value.Length);
        Assert.Null(set.Find(new(0x0008, 0x0080)));
        Assert.Null(set.Find(new(0x0008, 0x0000)));
        Assert.Equal(("O", "060Y"), (set.Text(new(0x0010, 0x0040)), set.Text(new(0x0010, 0x1010))));
        Assert.Equal("REMOVED", set.Items(new(0x0040, 0xA730)).Single().Text(new(0x0040, 0xA123)));
        Assert.Equal(2, set.Items(new(0x0008, 0x1140)).Count());
        Assert.Equal("kept", set.Items(new(0x0008, 0x1140)).Last().Text(new(0x0008, 0x1030)));
        Assert.True(Deidentifier.Run(file).Span.SequenceEqual(result.Span), "equal files give equal results");
        Assert.True(Deidentifier.Run(result).Span.SequenceEqual(result.Span), "a result gives itself");
    }

    [Fact]
    public void Encapsulated_fragments_are_copied_and_what_follows_them_is_cleaned_too()
    {
        byte[] fragment = [0x01, 0x02, 0x03, 0x04];
        byte[] file = Study().Image(1, 1, 8, 8).Fragments([0, 0, 0, 0], fragment, fragment)
            .Text(0x7FE10010, "LO", Secret).Text(0x7FE20010, "LO", "public").Raw(1, 2, 3).File(Lossless);

        var result = Deidentifier.Run(file);

        var before = DicomFile.Open(file).DataSet.Find(DicomTag.PixelData)!.Value;
        var after = DicomFile.Open(result).DataSet.Find(DicomTag.PixelData)!.Value;
        int fragments = 8 + 4 + (2 * (8 + 4)) + 8;
        Assert.True(before.Span[..fragments].SequenceEqual(after.Span[..fragments]));
        Assert.DoesNotContain(Secret, Plain(result), StringComparison.Ordinal);
        Assert.Contains("public", Plain(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Preamble_and_meta_information_are_replaced_and_their_length_is_right()
    {
        byte[] file = new DicomBytes().Image(1, 1).Pixels(7).File("");
        byte[] meta = new DicomBytes().Element(0x00020000, "UL", [99, 0, 0, 0]).Text(0x00020003, "UI", "1.2.3\0").Text(0x00020010, "UI", Explicit + "\0")
            .Text(0x00020016, "AE", "HOSPITAL-A").ToArray();
        file = [.. "Nguyen"u8, .. new byte[122], .. "DICM"u8, .. meta, .. file.AsSpan(132)];

        var result = Deidentifier.Run(file);

        Assert.False(result.Span[..128].ContainsAnyExcept((byte)0));
        Assert.DoesNotContain("HOSPITAL", Plain(result), StringComparison.Ordinal);
        var set = DicomFile.Open(result).DataSet;
        Assert.Equal(("1.2.3", Explicit, "VINCXR"), (set.Text(new(2, 3)), set.Text(new(2, 0x10)), set.Text(new(2, 0x13))));
        int length = BitConverter.ToInt32(result.Span.Slice(140, 4));
        Assert.Equal(0x0012, BitConverter.ToUInt16(result.Span.Slice(144 + length, 2)));
    }

    [Fact]
    public void A_sequence_in_disguise_is_found()
    {
        // PS3.5 section 6.2.2: UN holds implicit VR little endian, whatever surrounds it.
        byte[] item = new DicomBytes(explicitVr: false).Text(0x00100010, "PN", Secret).Text(0x00081030, "LO", "kept").ToArray();
        byte[] items = new DicomBytes(explicitVr: false).Item(item).ToArray();
        byte[] closed = new DicomBytes().Element(0x0040FFF0, "UN", items).Image(1, 1).Pixels(7).File(Explicit);
        byte[] open = new DicomBytes().Element(0x0040FFF0, "UN", items, uint.MaxValue).Element(0xFFFEE0DD, "", []).Image(1, 1).Pixels(7).File(Explicit);

        foreach (byte[] file in (byte[][])[closed, open])
        {
            Assert.Equal(["(0010,0010) PatientName"], PhiScan.Find(file));
            var result = Deidentifier.Run(file);
            Assert.Empty(PhiScan.Find(result));
            Assert.Contains("kept", Plain(result), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, Plain(result), StringComparison.Ordinal);
            Assert.Equal(7, Reader.Read(result).PixelBytes[0]);
        }
    }

    [Fact]
    public void A_method_that_was_there_before_stays()
    {
        byte[] file = new DicomBytes().Text(0x00120062, "CS", "NO").Text(0x00120063, "LO", "CTP").Image(1, 1).Pixels(7).File(Explicit);
        var set = DicomFile.Open(Deidentifier.Run(file)).DataSet;
        Assert.Equal(("YES", $@"CTP\{ConfidentialityProfile.Method}"), (set.Text(new(0x0012, 0x0062)), set.Text(new(0x0012, 0x0063))));
        Assert.InRange(ConfidentialityProfile.Method.Length, 1, 64);
    }

    [Fact]
    public void What_cannot_be_taken_apart_is_refused()
    {
        byte[] broken = new DicomBytes().Element(0x00081140, "SQ", [1, 2, 3, 4, 5, 6, 7, 8]).Image(1, 1).Pixels(7).File(Explicit);
        Assert.Throws<DicomException>(() => Deidentifier.Run(broken));

        byte[] deep = [];
        for (int level = 0; level < 2000; level++)
        {
            deep = new DicomBytes().Element(0x00081140, "SQ", new DicomBytes().Item(deep).ToArray()).ToArray();
        }

        Assert.Throws<DicomException>(() => Deidentifier.Run(new DicomBytes().Raw(deep).Image(1, 1).Pixels(7).File(Explicit)));
    }

    [Fact]
    public void Damaged_files_are_refused_in_one_line_or_come_out_clean()
    {
        byte[] file = Study().Image(2, 3).Pixels(1, 2, 3, 4, 5, 6).File(Explicit);
        var random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] mutant = [.. file];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                mutant[random.Next(128, mutant.Length)] = (byte)random.Next(256);
            }

            try
            {
                // Applied twice, it says that it could read its own result to the end.
                var result = Deidentifier.Run(mutant);
                Assert.True(Deidentifier.Run(result).Span.SequenceEqual(result.Span), $"round {round}");
                Assert.Empty(PhiScan.Find(result));
            }
            catch (DicomException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 4999);
    }

    [Fact]
    public void Real_files_keep_their_pixels_and_lose_their_tags()
    {
        Assert.SkipWhen(SharedData.DicomSamples is null, "shared/data/dicom-samples is not beside this checkout");
        int tried = 0;
        foreach (string path in Directory.EnumerateFiles(SharedData.DicomSamples!, "*", SearchOption.AllDirectories))
        {
            byte[] file = File.ReadAllBytes(path);
            if (TryRead(file) is not { } image)
            {
                continue;
            }

            var result = Deidentifier.Run(file);
            Assert.Equal((path, image.PixelSha256), (path, Reader.Read(result).PixelSha256));
            Assert.Equal((path, ""), (path, string.Join(", ", PhiScan.Find(result).Where(t => !t.EndsWith("BurnedInAnnotation", StringComparison.Ordinal)))));
            Assert.True(Deidentifier.Run(result).Span.SequenceEqual(result.Span), path);
            tried++;
        }

        Assert.InRange(tried, 10, int.MaxValue);
    }

    private static DicomImage? TryRead(byte[] file)
    {
        try
        {
            return Reader.Read(file);
        }
        catch (DicomException)
        {
            return null;
        }
    }

    /// <summary>A data set with personal data at the top, in items of known and of open length, in a private group, and two descriptions to keep.</summary>
    private static DicomBytes Study(bool explicitVr = true, bool bigEndian = false)
    {
        DicomBytes New() => new(explicitVr, bigEndian);
        byte[] named = New().Text(0x00100010, "PN", Secret).ToArray();
        byte[] kept = New().Text(0x00081030, "LO", "kept").Text(0x00081070, "PN", Secret).ToArray();
        byte[] open = New().Element(0xFFFEE000, "", named, uint.MaxValue).Element(0xFFFEE00D, "", []).Item(kept).ToArray();
        byte[] closed = New().Item(New().Text(0x0040A123, "PN", Secret).ToArray()).ToArray();
        return New().Element(0x00080000, "UL", [0, 0, 0, 0]).Text(0x00080050, "SH", "").Text(0x00080080, "LO", "Hospital 108")
            .Text(0x00081030, "LO", "chest").Element(0x00081140, "SQ", open, uint.MaxValue).Element(0xFFFEE0DD, "", [])
            .Text(0x00090010, "LO", "ACME").Text(0x00091001, "LO", Secret)
            .Text(0x00100010, "PN", Secret).Text(0x00100020, "LO", "0815").Text(0x00100030, "DA", "19600101")
            .Text(0x00100040, "CS", "O").Text(0x00101010, "AS", "060Y").Element(0x0040A730, "SQ", closed);
    }

    /// <summary>The whole file as text, inflated where it is deflated.</summary>
    private static string Plain(ReadOnlyMemory<byte> file) =>
        Encoding.Latin1.GetString(file.Span) + Encoding.Latin1.GetString(Part10File.Cut(file, DicomFile.Open(file).Syntax).Body.Span);
}
