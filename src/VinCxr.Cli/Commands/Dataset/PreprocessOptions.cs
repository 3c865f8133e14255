using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Sharding;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>The <c>preprocess</c> section of a sweep file as options.</summary>
internal sealed class PreprocessOptions
{
    private static readonly PreprocessSpec Defaults = new();

    private readonly Option<int> _size = ValueOptions.Whole("--size", "Longest side of a prepared image in pixels", Defaults.Size, 32, 8192);
    private readonly ChoiceOption<string> _window = ValueOptions.Word("--window", "Use the file's window or VOI LUT, or not", Defaults.Window, "voi", "none");
    private readonly Option<string> _transform = new("--transform")
    {
        Description = "Pixel transform, as preprocess.transform of a sweep",
        HelpName = "NAME",
        DefaultValueFactory = _ => Defaults.Transform,
    };

    private readonly ChoiceOption<int> _bits = new("--bits", "Bits per pixel", new Dictionary<string, int> { ["8"] = 8, ["16"] = 16 }, $"{Defaults.Bits}");
    private readonly ChoiceOption<string> _codec = ValueOptions.Word(
        "--codec", "How planes lie in the shards: raw is read without decoding, jpeg is lossy and holds 8 bits", Defaults.Codec, [.. PlaneCodecs.Names]);

    private readonly Option<int> _quality = ValueOptions.Whole("--quality", "JPEG quality", Defaults.Quality, 1, 100);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _size, _window, _transform, _bits, _codec, _quality })
        {
            command.Add(option);
        }
    }

    /// <exception cref="Core.InvalidInputException">The values do not go together.</exception>
    public PreprocessSpec Of(ParseResult parse)
    {
        var spec = new PreprocessSpec(parse.GetValue(_size), _window.ValueOf(parse), parse.GetRequiredValue(_transform), _bits.ValueOf(parse))
        {
            Codec = _codec.ValueOf(parse),
            Quality = parse.GetValue(_quality),
        };
        ShardWriter.Check(spec);
        return spec;
    }
}
