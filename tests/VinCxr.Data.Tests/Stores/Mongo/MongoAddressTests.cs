using MongoDB.Driver;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Data.Stores.Mongo;

namespace VinCxr.Data.Tests.Stores.Mongo;

public sealed class MongoAddressTests
{
    [Theory]
    [InlineData("mongodb://host/db", "mongodb://host/db")]
    [InlineData("MONGODB://user:se%40cret@Host:27017/db?replicaSet=rs0", "mongodb://host/db")]
    [InlineData("mongodb://user:secret@b:27018,a/db?authSource=admin", "mongodb://a,b:27018/db")]
    public void The_name_that_is_shown_has_no_credentials_options_or_default_port(string uri, string expected) =>
        Assert.Equal(expected, MongoAddress.Parse(uri).Canonical);

    [Theory]
    [InlineData("mongodb://user:secret@host")]
    [InlineData("mongodb://user:secret@host/")]
    [InlineData("mongodb://user:secret@host/a b")]
    [InlineData("mongodb://user:sec/ret@host/db")]
    [InlineData("mongodb://user:secret@host:port/db")]
    [InlineData("mongodb://user:secret@host/db?maxPoolSize=secret")]
    [InlineData("mongodb://user:secret@/db")]
    public async Task A_uri_that_cannot_be_used_is_one_line_without_the_password(string uri)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => StoreFactory.OpenAsync(uri, create: false, TestContext.Current.CancellationToken));
        Assert.Contains("mongodb://", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("user", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ret@", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Where_the_uri_says_nothing_writes_are_durable_and_waits_are_bounded()
    {
        var settings = MongoAddress.Parse("mongodb://host/db").Settings;
        Assert.Equal(WriteConcern.WMajority.With(journal: true), settings.WriteConcern);
        Assert.Equal(ReadConcern.Majority, settings.ReadConcern);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.ServerSelectionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.SocketTimeout);
        Assert.True(settings.RetryWrites);
    }

    [Fact]
    public void What_the_uri_says_counts()
    {
        var settings = MongoAddress.Parse(
            "mongodb://user:pw@host/db?w=2&readConcernLevel=local&readPreference=nearest&tls=true&maxPoolSize=7&serverSelectionTimeoutMS=1500"
            + "&socketTimeoutMS=2500&appName=x&authSource=admin").Settings;
        Assert.Equal(2, ((WriteConcern.WCount)settings.WriteConcern.W).Value);
        Assert.Equal(ReadConcern.Local, settings.ReadConcern);
        Assert.Equal(ReadPreference.Nearest, settings.ReadPreference);
        Assert.True(settings.UseTls);
        Assert.Equal(7, settings.MaxConnectionPoolSize);
        Assert.Equal(TimeSpan.FromSeconds(1.5), settings.ServerSelectionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2.5), settings.SocketTimeout);
        Assert.Equal(("x", "admin"), (settings.ApplicationName, settings.Credential.Source));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_clear_line()
    {
        string uri = "mongodb://user:secret@127.0.0.1:1/db?serverSelectionTimeoutMS=300";
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(uri, create: true, TestContext.Current.CancellationToken));
        Assert.StartsWith("store 'mongodb://127.0.0.1:1/db': no server answers within 0.3 s (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a", "b")]
    [InlineData("a/", "a0")]
    [InlineData("\uD7FF", "\uE000")]
    [InlineData("a\U0010FFFF", "b")]
    [InlineData("\U0010FFFF", null)]
    public void The_end_of_a_prefix_is_the_next_string_that_lacks_it(string prefix, string? expected) =>
        Assert.Equal(expected, MongoDocumentStore.After(prefix));
}
