using VinCxr.Core;
using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class AnnotationCheckTests
{
    private static readonly string[] BadRows =
    [
        "img000,Nodule,3,R1,1,2,10,12",
        "img000,Nodule,3,R1,10,2,1,12",
        "ghost,Nodule,3,R1,1,2,10,12",
        "img001,Nodule,3,R1,1,2,NaN,12",
    ];

    [Fact]
    public async Task Bad_rows_refuse_the_ingest_all_listed_before_anything_is_stored()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync(set.Csv(BadRows)));

        Assert.Equal(3, error.Errors.Count);
        Assert.StartsWith("line 3: ", error.Errors[0], StringComparison.Ordinal);
        Assert.Equal("line 4: image 'ghost' is not in the images folder", error.Errors[1]);
        Assert.StartsWith("line 5: ", error.Errors[2], StringComparison.Ordinal);
        Assert.Equal(0, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task Bad_rows_are_left_out_and_reported_when_asked()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        var report = await set.IngestAsync(set.Csv([.. BadRows, "img001,Nodule,3,R1,1,2,31,12"]), new IngestOptions(SkipBadRows: true));

        Assert.Equal("img000", Assert.Single(report.Manifest.Annotations).ImageId);
        Assert.Equal([3, 4, 5, 6], report.RowErrors.Select(e => int.Parse(e.Split(' ')[1].TrimEnd(':'))));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(1, true)]
    public async Task A_file_with_too_many_bad_rows_is_given_up_skipped_or_not(int most, bool skip)
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        string csv = set.Csv([.. BadRows, "img001,Nodule,3,R1,1,2,31,12"]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync(csv, new IngestOptions(SkipBadRows: skip) { MostRowErrors = most }));

        Assert.StartsWith($"{most} rows cannot be used, the rest was not read", error.Errors[0], StringComparison.Ordinal);
        Assert.Equal(most + 1, error.Errors.Count);
    }

    [Theory]
    [InlineData("-0.5,2,10,12")]
    [InlineData("1,-1,10,12")]
    [InlineData("1,2,30.5,12")]
    [InlineData("1,2,10,21")]
    public async Task A_box_outside_its_image_is_refused_with_line_and_size(string box)
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(1);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync(set.Csv("img000,Nodule,3,R1,0,0,30,20", $"img000,Nodule,3,R1,{box}")));
        Assert.Equal(
            $"line 3: box '{box.Replace(',', ' ')}' reaches outside image 'img000' of 30 x 20 pixels", Assert.Single(error.Errors));
        Assert.Empty(await new DatasetCatalog(set.Store).ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Rows_of_quarantined_images_go_with_their_images()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(1);
        set.Add("bad.dicom", [1, 2, 3]);
        var report = await set.IngestAsync(set.Csv("img000,Nodule,3,R1,0,0,30,20", "bad,Nodule,3,R1,0,0,3000,2000"));
        Assert.Equal("img000", Assert.Single(report.Manifest.Annotations).ImageId);
        Assert.Empty(report.RowErrors);
    }
}
