using System.Text.Json;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Sweeps;

public sealed class PlaneCodecTests
{
    [Fact]
    public void Codec_and_quality_are_read_and_written()
    {
        SweepSpec spec = SweepFile.ParseOrThrow("{name: n, dataset: d, preprocess: {codec: jpeg, quality: 80}}");

        Assert.Equal(("jpeg", 80), (spec.Settings.Preprocess.Codec, spec.Settings.Preprocess.Quality));
        Assert.Equal(spec.Settings, SweepFile.ParseOrThrow(SweepFile.Write(spec)).Settings);
    }

    [Fact]
    public void Defaults_leave_the_canonical_text_of_older_files_as_it_was() =>
        Assert.DoesNotContain("codec", SweepFile.Write(SweepFile.ParseOrThrow("{name: n, dataset: d}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("preprocess: {codec: jpeg, bits: 16}")]
    [InlineData("preprocess: {codec: jpeg}, parameters: {preprocess.bits: {values: [8, 16]}}")]
    [InlineData("preprocess: {bits: 16}, parameters: {preprocess.codec: {values: [raw, jpeg]}}")]
    [InlineData("parameters: {preprocess.bits: {values: [8, 16]}, preprocess.codec: {values: [png, jpeg]}}")]
    public void Jpeg_of_16_bits_is_refused_with_both_paths(string yaml)
    {
        SweepError error = Assert.Single(SweepFile.Parse($"{{name: n, dataset: d, {yaml}}}").Errors);

        Assert.Equal("preprocess.codec", error.Path);
        Assert.Contains("preprocess.bits is '16'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preprocess: {codec: png, bits: 16}")]
    [InlineData("parameters: {preprocess.bits: {values: [8, 16]}, preprocess.codec: {values: [png, jpeg], when: {preprocess.bits: [8]}}}")]
    public void What_keeps_them_apart_is_accepted(string yaml) => Assert.Empty(SweepFile.Parse($"{{name: n, dataset: d, {yaml}}}").Errors);

    [Theory]
    [InlineData("codec: gif", "preprocess.codec")]
    [InlineData("quality: 0", "preprocess.quality")]
    [InlineData("quality: 101", "preprocess.quality")]
    public void Other_values_are_refused(string entry, string path) =>
        Assert.Equal(path, Assert.Single(SweepFile.Parse($"{{name: n, dataset: d, preprocess: {{{entry}}}}}").Errors).Path);

    [Fact]
    public void The_spec_survives_json()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        foreach (var spec in new[] { new PreprocessSpec(), new PreprocessSpec(Bits: 16) { Codec = "zstd" }, new PreprocessSpec(64) { Codec = "jpeg", Quality = 70 } })
        {
            Assert.Equal(spec, JsonSerializer.Deserialize<PreprocessSpec>(JsonSerializer.Serialize(spec, options), options));
        }

        Assert.Equal("""{"size":1024,"window":"voi","transform":"minmax","bits":8}""", JsonSerializer.Serialize(new PreprocessSpec(), options));
    }
}
