using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DatasetStatsTests
{
    [Fact]
    public async Task Counts_follow_from_the_rows()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(
            folder.File("train.csv"),
            """
            image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max
            a,Aortic enlargement,0,R8,10,10,50,50
            a,Aortic enlargement,0,R9,12,10,52,50
            a,Cardiomegaly,3,R9,100,100,200,200
            b,Cardiomegaly,3,R8,10,10,60,60
            b,Cardiomegaly,3,R10,300,300,360,360
            c,No finding,14,R8,,,,
            c,No finding,14,R9,,,,
            """,
            TestContext.Current.CancellationToken);

        JsonElement stats = (await CommandLine.RunAsync("dataset", "stats", "--annotations", folder.File("train.csv"), "-o", "json")).Json;

        JsonAssert.HasFields(stats, "images", "boxes", "noFindingImages", "imagesWithOverlap", "raters", "perClass", "coOccurrence");
        Assert.Equal(
            (3, 5, 1, 1, 3),
            (Int(stats, "images"), Int(stats, "boxes"), Int(stats, "noFindingImages"), Int(stats, "imagesWithOverlap"), Int(stats, "raters")));
        JsonElement cardiomegaly = stats.GetProperty("perClass").EnumerateArray().Single(c => Int(c, "classId") == 3);
        Assert.Equal(("Cardiomegaly", 3, 2), (cardiomegaly.GetProperty("className").GetString(), Int(cardiomegaly, "boxes"), Int(cardiomegaly, "images")));
        JsonElement pair = stats.GetProperty("coOccurrence").EnumerateArray().Single(p => Int(p, "images") > 0);
        Assert.Equal((0, 3, 1), (Int(pair, "a"), Int(pair, "b"), Int(pair, "images")));
    }

    [Fact]
    public async Task Bad_rows_are_refused_one_by_one_or_left_out_on_request()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(
            folder.File("train.csv"),
            """
            image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max
            a,Cardiomegaly,3,R8,10,10,50,50
            a,Cardiomegaly,3,R9,NaN,10,50,50
            b,Cardiomegaly,3,R9,60,10,50,50
            """,
            TestContext.Current.CancellationToken);

        IReadOnlyList<string> lines = await CommandLine.FailAsync(1, "dataset", "stats", "--annotations", folder.File("train.csv"), "-o", "json");
        CommandResult lenient = await CommandLine.RunAsync("dataset", "stats", "--annotations", folder.File("train.csv"), "--skip-bad-rows", "-o", "json");

        Assert.Collection(
            lines,
            line => Assert.Contains("train.csv line 3: x_min 'NaN'", line, StringComparison.Ordinal),
            line => Assert.Contains("train.csv line 4: box '60 10 50 50'", line, StringComparison.Ordinal));
        Assert.Equal((1, 1), (Int(lenient.Json, "images"), Int(lenient.Json, "boxes")));
        Assert.Equal(2, lenient.ErrorLines.Count);
    }

    [Theory]
    [InlineData("dataset", "stats")]
    [InlineData("dataset", "stats", "vindr", "--annotations", "train.csv")]
    public async Task Either_a_name_or_a_file(params string[] args)
    {
        string line = Assert.Single(await CommandLine.FailAsync(1, args));

        Assert.Contains("--annotations", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vanished_store_is_one_line()
    {
        string line = Assert.Single(await CommandLine.FailAsync(1, "dataset", "ls", "--store", "file:///nowhere/at/all"));

        Assert.Contains("/nowhere/at/all", line, StringComparison.Ordinal);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
