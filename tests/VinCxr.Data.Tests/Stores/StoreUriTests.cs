using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Stores;

public sealed class StoreUriTests
{
    [Theory]
    [InlineData("mongo://user:secret@host:27017/db", "mongodb://")]
    [InlineData("s3://bucket", "s3")]
    [InlineData("file:/one/slash", "two slashes")]
    [InlineData("file://", "names no folder")]
    [InlineData("  ", "names no folder")]
    public async Task A_uri_that_cannot_be_used_is_named_with_what_can(string uri, string expected)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() =>
            StoreFactory.OpenAsync(uri, create: true, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("file:///", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_spellings_of_a_folder_open_the_same_store()
    {
        using var directory = new TempDirectory();
        string path = directory.File("my store%20");
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        string fromHome = Path.GetRelativePath(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path);
        string[] spellings = [path, $"{path}/", $"file://{path}", $"FILE://{path}/", $"file://{relative}", relative, $"file://~/{fromHome}", $"~/{fromHome}"];
        foreach (string spelling in spellings)
        {
            await using var store = await StoreFactory.OpenAsync(spelling, create: true, TestContext.Current.CancellationToken);
            Assert.Equal($"file://{path}", store.Uri);
            await using var again = await StoreFactory.OpenAsync(store.Uri, create: false, TestContext.Current.CancellationToken);
            Assert.Equal(store.Uri, again.Uri);
        }
    }
}
