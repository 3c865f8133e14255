using VinCxr.Server.Hosting;
using VinCxr.Server.Uploads;

namespace VinCxr.Server.Tests.Uploads;

public sealed class UploadOptionsValidatorTests
{
    [Fact]
    public void Every_mistake_is_named_and_the_defaults_have_none()
    {
        Assert.Empty(UploadOptionsValidator.Validate(new UploadOptions()));

        var wrong = new UploadOptions
        {
            Folder = " ",
            FileBytes = 0,
            AnnotationBytes = 1L << 31,
            UploadBytes = 1L << 50,
            TotalBytes = 1L << 40,
            Files = 0,
            PerUser = 0,
            TimeToLive = TimeSpan.Zero,
            IngestMemoryBytes = -1,
            ImageBytes = long.MaxValue,
        };
        string[] errors = [.. ServeOptionsValidator.Validate(new ServeOptions { Store = "store", Uploads = wrong })];

        Assert.Equal(
            ["--uploads", "--upload-file", "--upload-csv", "--upload-image", "--upload-memory", "--upload-size", "--upload-files", "--uploads-per-user", "--upload-ttl"],
            errors.Select(e => e.Split(' ')[0]));
    }
}
