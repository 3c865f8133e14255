using VinCxr.Contracts.Api;

namespace VinCxr.Server.Tests.Uploads;

public sealed class UploadNamesTests
{
    public static TheoryData<string> Bad =>
    [
        "", ".", "..", "/etc/passwd", "../x.dcm", "a/../b.dcm", "a/./b.dcm", "a//b.dcm", "a/", "/a.dcm", "..\\x.dcm", "a\\b.dcm", "C:x.dcm", "a.dcm:stream", "a\0.dcm", "a\r\nb.dcm",
        "a\u202Emcd.exe", "a\u2028.dcm", "a\u007F.dcm", "a\uD800.dcm", "\uDC00.dcm", "a%2fb.dcm", "a%2F..%2Fb.dcm", " a.dcm", "a.dcm ", "a.dcm.", "a /b.dcm", "a./b.dcm", "..../b.dcm", "a*.dcm", "a?.dcm",
        "a|b.dcm", "<a>.dcm", "\"a\".dcm", new string('a', 241) + ".dcm", string.Join('/', Enumerable.Repeat("a", 17)), string.Join('/', Enumerable.Repeat(new string('é', 100), 6)),
    ];

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void What_leads_elsewhere_or_cannot_be_seen_is_no_name(string name) => Assert.NotNull(UploadNames.Problem(name));

    [Theory]
    [InlineData("1.2.840.113.dicom")]
    [InlineData("0a1b2c3d.dicom")]
    [InlineData("study/series/IM0001")]
    [InlineData("Doe^John 1 (2).dcm")]
    [InlineData("100%.dcm")]
    [InlineData(".hidden/..a.dcm")]
    [InlineData("日本/é.dcm")]
    [InlineData("😀.dcm")]
    public void What_files_are_called_is_a_name(string name) => Assert.Null(UploadNames.Problem(name));
}
