using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Sharding;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>How prepared planes are stored, as <c>preprocess.codec</c> and <c>preprocess.quality</c> of a sweep.</summary>
internal sealed class CodecOptions
{
    private static readonly PreprocessSpec Defaults = new();

    private readonly ChoiceOption<string> _codec = ValueOptions.Word(
        "--codec", "How planes lie in the shards: raw is read without decoding, jpeg is lossy and holds 8 bits", Defaults.Codec, [.. PlaneCodecs.Names]);

    private readonly Option<int> _quality = ValueOptions.Whole("--quality", "JPEG quality", Defaults.Quality, 1, 100);

    public void AddTo(Command command)
    {
        command.Add(_codec);
        command.Add(_quality);
    }

    /// <exception cref="Core.InvalidInputException">The values do not go together.</exception>
    public PreprocessSpec Of(ParseResult parse, PreprocessSpec pixels)
    {
        PreprocessSpec spec = pixels with { Codec = _codec.ValueOf(parse), Quality = parse.GetValue(_quality) };
        ShardWriter.Check(spec);
        return spec;
    }
}
