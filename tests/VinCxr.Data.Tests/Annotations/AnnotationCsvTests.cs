using CsCheck;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Annotations;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Annotations;

public sealed class AnnotationCsvTests
{
    private const string Header = "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n";

    [Fact]
    public void Reads_findings_and_normal_rows()
    {
        AnnotationFile file = Read(Header + """
            a,Cardiomegaly,3,R9,691,1375,1653.5,1831
            b,No finding,14,R1,,,,
            b,No finding,14,R2,0,0,1,1
            b,No finding,14,R3,0.0,0,1.0,1

            """);

        Assert.Empty(file.Errors);
        Assert.Equal(
            [
                new Annotation("a", 3, "R9", new Box(691, 1375, 1653.5, 1831)),
                new Annotation("b", 14, "R1", null), new Annotation("b", 14, "R2", null), new Annotation("b", 14, "R3", null),
            ],
            file.Annotations);
        Assert.Equal([new LabelClass(3, "Cardiomegaly"), new LabelClass(14, "No finding")], file.Classes.Classes);
        Assert.Equal(14, file.Classes.NoFindingId);
    }

    [Fact]
    public void Columns_may_come_in_any_order_with_others_between()
    {
        AnnotationFile file = Read("rad_id,y_max,x_max,comment,y_min,x_min,class_id,image_id,class_name\nR1,40,30,\"a, \"\"b\"\"\",20,10,0,img,\"Mass, left\"\n");

        Assert.Empty(file.Errors);
        Assert.Equal(new Annotation("img", 0, "R1", new Box(10, 20, 30, 40)), Assert.Single(file.Annotations));
        Assert.Equal("Mass, left", file.Classes.NameOf(0));
    }

    [Theory]
    [InlineData("no finding")]
    [InlineData("NO FINDING")]
    public void No_finding_is_known_by_name_whatever_its_id_and_case(string name)
    {
        AnnotationFile file = Read(Header + $"a,{name},2,R1,,,,\n");

        Assert.Equal(2, file.Classes.NoFindingId);
        Assert.Null(Assert.Single(file.Annotations).Box);
    }

    [Fact]
    public void A_set_without_normal_images_has_no_such_class() => Assert.Null(Read(Header + "a,Lung,0,R1,1,2,3,4\n").Classes.NoFindingId);

    [Theory]
    [InlineData("image_id,class_name,class_id,x_min,y_min,x_max,y_max\n", "column 'rad_id' missing")]
    [InlineData("class_name,class_id,rad_id,x_min,y_min,x_max\n", "columns 'image_id', 'y_max' missing")]
    [InlineData("", "empty")]
    [InlineData("image_id,image_id\n", "'image_id' occurs twice")]
    public void A_bad_header_is_refused_by_name(string text, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("t.csv: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("a,Mass,8,R1,one,2,3,4", "x_min 'one'")]
    [InlineData("a,Mass,8,R1,1,NaN,3,4", "y_min 'NaN'")]
    [InlineData("a,Mass,8,R1,1,2,Infinity,4", "x_max 'Infinity'")]
    [InlineData("a,Mass,8,R1,1,2,3,1e999", "y_max '1e999'")]
    [InlineData("a,Mass,8,R1,30,2,3,4", "box '30 2 3 4' is empty or inverted")]
    [InlineData("a,Mass,8,R1,1,4,3,4", "box '1 4 3 4' is empty or inverted")]
    [InlineData("a,Mass,-8,R1,1,2,3,4", "class_id '-8'")]
    [InlineData("a,Mass,8.5,R1,1,2,3,4", "class_id '8.5'")]
    [InlineData("a,,8,R1,1,2,3,4", "class_name is empty")]
    [InlineData("a,Nodule,0,R1,1,2,3,4", "class_id 0 is named 'Nodule' here but 'Lung' above")]
    [InlineData("a,Lung,1,R1,1,2,3,4", "class 'Lung' has class_id 1 here but 0 above")]
    [InlineData("a,No finding,14,R1,5,6,7,8", "box '5 6 7 8' on a 'No finding' row")]
    [InlineData("a,Mass,8,R1,,,,", "box of a finding is missing")]
    [InlineData("a,Mass,8,R1,1,,3,4", "1 of the 4 box coordinates is empty")]
    [InlineData(",Mass,8,R1,1,2,3,4", "image_id is empty")]
    [InlineData("a,Mass,8, ,1,2,3,4", "rad_id is empty")]
    [InlineData("a,Mass,8,R1,1,2,3", "7 fields where the header has 8")]
    public void A_bad_row_is_left_out_with_its_line_and_value(string row, string expected)
    {
        AnnotationFile file = Read(Header + "first,Lung,0,R1,1,2,3,4\n" + row + "\nlast,Lung,0,R2,1,2,3,4\n");

        RowError error = Assert.Single(file.Errors);
        Assert.Equal(3, error.Line);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(["first", "last"], file.Annotations.Select(a => a.ImageId));
    }

    [Fact]
    public void Lines_are_counted_over_blank_lines_and_quoted_line_breaks()
    {
        AnnotationFile file = Read(Header + "\n\"a\nb\",Lung,0,R1,1,2,3,4\n\nc,Lung,0,R1,9,2,3,4\n");

        Assert.Equal(6, Assert.Single(file.Errors).Line);
        Assert.Equal("a\nb", Assert.Single(file.Annotations).ImageId);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TempDirectory();

        var error = Assert.Throws<InvalidInputException>(() => AnnotationCsv.Read(folder.File("none.csv")));

        Assert.Contains("none.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_content_is_refused_or_lacks_its_columns()
    {
        byte[] noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        using var folder = new TempDirectory();
        File.WriteAllBytes(folder.File("x.dicom"), noise);

        Assert.Throws<InvalidInputException>(() => AnnotationCsv.Read(folder.File("x.dicom")));
    }

    [Fact]
    public void Written_rows_read_back_unchanged()
    {
        Gen<Annotation> finding = Gen.Select(
            Gen.Int[0, 13], Gen.Int[1, 17], Gen.Double[0, 3000], Gen.Double[0, 3000], Gen.Double[0.001, 500], Gen.Double[0.001, 500], Gen.String[Gen.Char["ab,\"é"], 1, 8],
            (c, r, x, y, w, h, id) => new Annotation("i" + id + "i", c, $"R{r}", new Box(x, y, x + w, y + h)));
        Gen<Annotation> normal = Gen.Select(Gen.Int[1, 17], Gen.Int[0, 99], (r, id) => new Annotation($"n{id}", 14, $"R{r}", null));

        Gen.OneOf(finding, normal).List[0, 40].Sample(
            rows =>
            {
                var text = new StringWriter();
                AnnotationCsv.Write(text, ClassList.VinBigData, rows);
                AnnotationFile file = Read(text.ToString());
                Assert.Empty(file.Errors);
                Assert.Equal(rows, file.Annotations);
            },
            iter: 200);
    }

    [Fact]
    public void Writing_a_finding_without_a_box_is_refused() => Assert.Throws<ArgumentException>(
        () => AnnotationCsv.Write(new StringWriter(), ClassList.VinBigData, [new Annotation("a", 3, "R1", null)]));

    [Fact]
    public void The_real_lung_boxes_read_without_errors()
    {
        if (SharedData.RealLungs is not { } folder)
        {
            Assert.Skip("shared/data/real-lungs is not beside this checkout");
            return;
        }

        AnnotationFile file = AnnotationCsv.Read(Path.Combine(folder, "train.csv"));

        Assert.Empty(file.Errors);
        Assert.Equal(["Right lung", "Left lung"], file.Classes.Classes.Select(c => c.Name));
        Assert.Equal(57, file.Annotations.Select(a => a.ImageId).Distinct().Count());
    }

    private static AnnotationFile Read(string text) => AnnotationCsv.Read(new StringReader(text), "t.csv");
}
