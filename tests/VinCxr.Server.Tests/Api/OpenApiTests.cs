using System.Text.Json.Nodes;
using VinCxr.Testing;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

/// <summary>The document that clients are made from.</summary>
public sealed class OpenApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    /// <summary>Set to 1 to write the document of this build over the one that is checked in.</summary>
    private const string WriteVariable = "VINCXR_WRITE_OPENAPI";

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public async Task The_document_is_the_one_checked_in()
    {
        string now = JsonNode.Parse(await server.Client.GetStringAsync(new Uri(server.Address, "/openapi/v1.json"), TestContext.Current.CancellationToken))!.ToJsonString(Indented) + "\n";
        string path = Path.Combine(Repository.Root.FullName, "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            await File.WriteAllTextAsync(path, now, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(path) && await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) == now, $"{path} is not what the server says; run this test with {WriteVariable}=1 and review the change");
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_its_errors()
    {
        var operations = await ApiOperation.ReadAsync(server.Client, new Uri(server.Address, "/openapi/v1.json"));

        Assert.NotEmpty(operations);
        Assert.Equal(operations.Count, operations.Select(o => o.Id).Distinct().Count());
        Assert.All(operations, o =>
        {
            Assert.False(string.IsNullOrEmpty(o.Summary), o.Id);
            Assert.Contains(400, o.Statuses);
            Assert.Contains(401, o.Statuses);
            Assert.Contains(403, o.Statuses);
        });
    }
}
