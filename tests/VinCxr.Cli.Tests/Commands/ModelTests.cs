namespace VinCxr.Cli.Tests.Commands;

public sealed class ModelTests
{
    [Fact]
    public async Task Params_counts_a_published_model()
    {
        var model = (await CommandLine.RunAsync("model", "params", "--family", "yolov5", "--variant", "s", "--classes", "14", "-o", "json")).Json;

        JsonAssert.HasFields(model, "family", "variant", "classes", "parameters");
        Assert.Equal(7_057_387, model.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public async Task An_unknown_variant_is_one_line_with_the_known_ones()
    {
        string line = Assert.Single(await CommandLine.FailAsync(1, "model", "params", "--family", "yolov5", "--variant", "z"));

        Assert.Contains("'z'", line, StringComparison.Ordinal);
    }
}
