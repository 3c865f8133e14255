using CsCheck;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Data.Predictions;

namespace VinCxr.Data.Tests.Predictions;

public sealed class PredictionCsvTests
{
    private const string Long = "image_id,class_id,confidence,x_min,y_min,x_max,y_max\n";
    private const string Kaggle = "image_id,PredictionString\n";

    private static readonly Gen<Prediction> AnyPrediction = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 13], Gen.Int[0, 1_000_000], Gen.Int[0, 300_000], Gen.Int[0, 300_000], Gen.Int[0, 99_999],
        (image, c, p, x, y, side) => new Prediction($"image{image}", c, p / 1e6, new Box(x / 100.0, y / 100.0, (x + side) / 100.0, (y + side) / 100.0)));

    [Fact]
    public void Reads_the_long_form_in_any_column_order()
    {
        IReadOnlyList<Prediction> read = Read("confidence,image_id,class_id,y_max,x_max,y_min,x_min\n0.25,a,3,40,30,20,10.5\n");

        Assert.Equal([new Prediction("a", 3, 0.25, new Box(10.5, 20, 30, 40))], read);
    }

    [Fact]
    public void Reads_the_Kaggle_form()
    {
        IReadOnlyList<Prediction> read = Read(Kaggle + "a,0 0.9 1 2 3 4  3 0.5 10 20 30 40 \nb,14 1 0 0 1 1\nc,\n");

        Assert.Equal(
            [
                new Prediction("a", 0, 0.9, new Box(1, 2, 3, 4)), new Prediction("a", 3, 0.5, new Box(10, 20, 30, 40)),
                new Prediction("b", 14, 1, Box.NoFinding),
            ],
            read);
    }

    [Theory]
    [InlineData(Long + "a,x,0.5,1,2,3,4", "line 2: class_id 'x'")]
    [InlineData(Long + "a,-1,0.5,1,2,3,4", "line 2: class_id '-1'")]
    [InlineData(Long + "a,1,1.5,1,2,3,4", "line 2: confidence '1.5'")]
    [InlineData(Long + "a,1,NaN,1,2,3,4", "line 2: confidence 'NaN'")]
    [InlineData(Long + "a,1,0.5,1,2,Infinity,4", "line 2: box '1 2 Infinity 4'")]
    [InlineData(Long + "a,1,0.5,30,2,3,4", "line 2: box '30 2 3 4' is inverted")]
    [InlineData(Long + "a,1,0.5,1,2,3", "line 2: 6 fields")]
    [InlineData(Long + ",1,0.5,1,2,3,4", "line 2: image_id is empty")]
    [InlineData(Kaggle + "a,14 1 0 0 1 1\nb,1 0.5 1 2 3", "line 3: PredictionString has 5 values")]
    [InlineData(Kaggle + "a,1 0.5 1 2 3 4 1 0.5 1 b 3 4", "line 2: box '1 b 3 4'")]
    [InlineData(Kaggle + "a,1 -0.5 1 2 3 4", "line 2: confidence '-0.5'")]
    [InlineData("image_id,label\na,1\n", "unknown header 'image_id,label'")]
    [InlineData("image_id,confidence,x_min,y_min,x_max,y_max\n", "column 'class_id' missing")]
    [InlineData("", "empty")]
    public void A_bad_file_is_refused_with_line_and_value(string text, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Every_bad_row_is_reported()
    {
        var error = Assert.Throws<InvalidInputException>(() => Read(Long + "a,1,2,1,2,3,4\nb,1,0.5,1,2,3,4\nc,1,0.5,1,q,3,4\n"));

        Assert.Equal(["line 2: confidence '2' is not a number between 0 and 1", "line 4: box '1 q 3 4' has a coordinate that is not a finite number"], error.Errors);
    }

    [Fact]
    public void Many_bad_rows_are_counted_and_the_first_twenty_shown()
    {
        string rows = string.Concat(Enumerable.Range(0, 500).Select(i => $"a,1,{i + 2},1,2,3,4\n"));

        var error = Assert.Throws<InvalidInputException>(() => Read(Long + rows));

        Assert.Equal(20, error.Errors.Count);
        Assert.Contains("first 20 of 500", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_long_form_round_trips() => AnyPrediction.List[0, 30].Sample(
        rows =>
        {
            var text = new StringWriter();
            PredictionCsv.WriteLong(text, rows);
            AssertClose(rows, Read(text.ToString()));
        },
        iter: 200);

    [Fact]
    public void The_Kaggle_form_round_trips_image_by_image() => AnyPrediction.List[0, 30].Sample(
        rows =>
        {
            string[] images = [.. Enumerable.Range(0, 12).Select(i => $"image{i}")];
            var text = new StringWriter();
            PredictionCsv.WriteKaggle(text, images, rows);
            Prediction[] expected = [.. images.SelectMany(i => rows.Where(r => r.ImageId == i).DefaultIfEmpty(new Prediction(i, 14, 1, Box.NoFinding)))];
            AssertClose(expected, Read(text.ToString()));
        },
        iter: 200);

    [Fact]
    public void Numbers_are_written_with_the_stated_decimals()
    {
        var text = new StringWriter();

        PredictionCsv.WriteLong(text, [new Prediction("a", 2, 0.123456789, new Box(1.239, 2, 1e6 / 3, 4.5))]);

        Assert.Equal(Long + "a,2,0.123457,1.24,2,333333.33,4.5\n", text.ToString());
    }

    [Fact]
    public void A_normal_image_of_the_Kaggle_form_is_one_full_confidence_box()
    {
        var text = new StringWriter();

        PredictionCsv.WriteKaggle(text, ["a", "b"], [new Prediction("b", 1, 0.5, new Box(1, 2, 3, 4))]);

        Assert.Equal(Kaggle + "a,14 1 0 0 1 1\nb,1 0.5 1 2 3 4\n", text.ToString());
    }

    [Fact]
    public void Predictions_of_unlisted_images_are_refused()
    {
        var error = Assert.Throws<InvalidInputException>(
            () => PredictionCsv.WriteKaggle(new StringWriter(), ["a"], [new Prediction("stray", 1, 0.5, new Box(1, 2, 3, 4))]));

        Assert.Contains("'stray'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_row_is_read()
    {
        string groups = string.Join(' ', Enumerable.Range(0, 20_000).Select(i => $"3 0.5 {i} 0 {i + 10}.25 7"));

        Assert.Equal(20_000, Read(Kaggle + "a," + groups + "\n").Count);
    }

    /// <summary>Equal up to the written precision: coordinates 0.005, confidences 5e-7.</summary>
    private static void AssertClose(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> actual)
    {
        Assert.Equal(expected.Select(p => (p.ImageId, p.ClassId)), actual.Select(p => (p.ImageId, p.ClassId)));
        foreach ((Prediction e, Prediction a) in expected.Zip(actual))
        {
            Assert.Equal(e.Confidence, a.Confidence, 1e-6);
            Assert.Equal(e.Box.XMin, a.Box.XMin, 0.01);
            Assert.Equal(e.Box.YMin, a.Box.YMin, 0.01);
            Assert.Equal(e.Box.XMax, a.Box.XMax, 0.01);
            Assert.Equal(e.Box.YMax, a.Box.YMax, 0.01);
        }
    }

    private static IReadOnlyList<Prediction> Read(string text) => PredictionCsv.Read(new StringReader(text), "p.csv");
}
