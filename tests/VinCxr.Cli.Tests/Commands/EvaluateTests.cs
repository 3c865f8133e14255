using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class EvaluateTests : IDisposable
{
    private const string Header = "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max";

    /// <summary>Two abnormal images and a normal one read by three raters.</summary>
    private static readonly string[] Truth =
    [
        Header,
        "a,Nodule/Mass,8,R1,10,10,50,50",
        "b,Nodule/Mass,8,R1,100,100,160,160",
        "b,Cardiomegaly,3,R1,200,200,400,300",
        "n,No finding,14,R1,,,,",
        "n,No finding,14,R2,,,,",
        "n,No finding,14,R3,,,,",
    ];

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Perfect_findings_without_No_finding_score_two_of_three_classes()
    {
        string truth = Write("truth.csv", Truth);
        string predictions = Write(
            "p.csv",
            "image_id,class_id,confidence,x_min,y_min,x_max,y_max",
            "a,8,0.9,10,10,50,50",
            "b,8,0.8,100,100,160,160",
            "b,3,0.7,200,200,400,300",
            "b,5,0.6,1,1,9,9");

        JsonElement result = (await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "-o", "json")).Json;
        JsonElement findings = (await CommandLine.RunAsync(
            "evaluate", "--truth", truth, "--predictions", predictions, "--no-finding", "false", "-o", "json")).Json;

        JsonAssert.HasFields(result, "map", "mapFindings", "perClass");
        Assert.Equal(2.0 / 3, result.GetProperty("map").GetDouble(), 12);
        Assert.Equal(1, result.GetProperty("mapFindings").GetDouble(), 12);
        Assert.Equal(1, findings.GetProperty("map").GetDouble(), 12);
        Assert.Equal([3, 5, 8, 14], result.GetProperty("perClass").EnumerateArray().Select(c => c.GetProperty("classId").GetInt32()));
        foreach (JsonElement perClass in result.GetProperty("perClass").EnumerateArray())
        {
            JsonAssert.HasFields(perClass, "classId", "className", "ap", "groundTruths", "detections");
        }

        JsonElement unknown = result.GetProperty("perClass")[1];
        Assert.Equal((JsonValueKind.Null, 0, 1), (unknown.GetProperty("ap").ValueKind, unknown.GetProperty("groundTruths").GetInt32(), unknown.GetProperty("detections").GetInt32()));
        Assert.Equal(1, result.GetProperty("perClass")[3].GetProperty("groundTruths").GetInt32());
    }

    [Fact]
    public async Task A_truth_file_without_rows_scores_nothing()
    {
        string predictions = Write("p.csv", "image_id,PredictionString", "a,14 1 0 0 1 1");

        string line = Assert.Single(await CommandLine.FailAsync(1, "evaluate", "--truth", Write("truth.csv", Header), "--predictions", predictions));

        Assert.Contains("no annotation", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Kaggle_submission_gives_the_same_score_as_its_long_form()
    {
        string truth = Write("truth.csv", Truth);
        string kaggle = Write("k.csv", "image_id,PredictionString", "a,8 0.9 10 10 50 50", "b,8 0.8 100 100 160 160 3 0.7 200 200 400 300", "n,14 1 0 0 1 1");

        JsonElement result = (await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", kaggle, "-o", "json")).Json;

        Assert.Equal(1, result.GetProperty("map").GetDouble(), 12);
    }

    [Fact]
    public async Task Consensus_makes_one_truth_of_three_raters()
    {
        string truth = Write(
            "truth.csv", Header, "a,Nodule/Mass,8,R1,10,10,50,50", "a,Nodule/Mass,8,R2,11,10,51,50", "a,Nodule/Mass,8,R3,10,11,50,51");
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max", "a,8,0.9,10,10,50,50");

        JsonElement every = (await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "-o", "json")).Json;
        JsonElement merged = (await CommandLine.RunAsync(
            "evaluate", "--truth", truth, "--predictions", predictions, "--consensus", "wbf", "-o", "json")).Json;

        Assert.Equal(3, every.GetProperty("perClass")[0].GetProperty("groundTruths").GetInt32());
        Assert.Equal(1, merged.GetProperty("perClass")[0].GetProperty("groundTruths").GetInt32());
        Assert.Equal(1, merged.GetProperty("map").GetDouble(), 12);
    }

    [Fact]
    public async Task Table_csv_and_yaml_show_the_same_classes()
    {
        string truth = Write("truth.csv", Truth);
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max", "a,8,0.9,10,10,50,50");

        CommandResult table = await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions);
        CommandResult csv = await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "-o", "csv");
        CommandResult yaml = await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "-o", "yaml");

        Assert.Contains("mAP@0.4 with No finding", table.Out, StringComparison.Ordinal);
        Assert.Equal(["class_id,class_name,ap,ground_truths,detections", "3,Cardiomegaly,0,1,0", "8,Nodule/Mass,0.5,2,1"], csv.Out.Split('\n')[..3]);
        Assert.Contains("className: Nodule/Mass", yaml.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plot_writes_a_png()
    {
        string truth = Write("truth.csv", Truth);
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max", "a,8,0.9,10,10,50,50");

        CommandResult result = await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "--plot", _folder.File("pr.png"));

        Assert.Equal(0, result.ExitCode);
        byte[] png = await File.ReadAllBytesAsync(_folder.File("pr.png"), TestContext.Current.CancellationToken);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
    }

    [Fact]
    public async Task Images_unknown_to_the_truth_are_noted()
    {
        string truth = Write("truth.csv", Truth);
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max", "zzz,8,0.9,10,10,50,50");

        CommandResult result = await CommandLine.RunAsync("evaluate", "--truth", truth, "--predictions", predictions, "-o", "json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("'zzz'", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_truth_row_is_a_line_of_its_own()
    {
        string truth = Write(
            "truth.csv",
            Header,
            "a,Nodule/Mass,8,R1,NaN,10,50,50",
            "a,Nodule/Mass,8,R1,50,10,10,50",
            "a,Nodule/Mass,eight,R1,10,10,50,50",
            "a,Nodule/Mass,8,R1,,,,",
            "a,Nodule/Mass,8,R1,10,10,50",
            "b,Nodule/Mass,8,R1,10,10,50,50");
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max");

        IReadOnlyList<string> lines = await CommandLine.FailAsync(1, "evaluate", "--truth", truth, "--predictions", predictions);

        Assert.Equal(5, lines.Count);
        for (int i = 0; i < 5; i++)
        {
            Assert.Contains($"line {i + 2}", lines[i], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("image_id,class_name,class_id,rad_id,x_min,y_min,x_max", "y_max")]
    [InlineData("", "truth.csv")]
    public async Task A_missing_column_is_named(string header, string expected)
    {
        string truth = Write("truth.csv", header);
        string predictions = Write("p.csv", "image_id,class_id,confidence,x_min,y_min,x_max,y_max");

        string line = Assert.Single(await CommandLine.FailAsync(1, "evaluate", "--truth", truth, "--predictions", predictions));

        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    private string Write(string name, params string[] lines)
    {
        string path = _folder.File(name);
        File.WriteAllText(path, string.Join('\n', lines) + '\n');
        return path;
    }
}
