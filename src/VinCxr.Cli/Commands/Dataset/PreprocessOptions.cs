using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Core.Sweeps;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>The options that say how pixels are made, as <c>preprocess</c> of a sweep.</summary>
internal sealed class PreprocessOptions
{
    private static readonly PreprocessSpec Defaults = new();

    private readonly Option<int> _size = ValueOptions.Whole("--size", "Longest side of an image in pixels", Defaults.Size, 32, 8192);
    private readonly ChoiceOption<string> _window = ValueOptions.Word("--window", "Use the file's window or VOI LUT, or not", Defaults.Window, "voi", "none");
    private readonly Option<string> _transform = ChainOption.One(Defaults.Transform);
    private readonly ChoiceOption<int> _bits = new("--bits", "Bits per pixel", new Dictionary<string, int> { ["8"] = 8, ["16"] = 16 }, $"{Defaults.Bits}");

    public void AddTo(Command command)
    {
        command.Add(_size);
        command.Add(_window);
        command.Add(_transform);
        command.Add(_bits);
    }

    public PreprocessSpec Of(ParseResult parse) =>
        new(parse.GetValue(_size), _window.ValueOf(parse), parse.GetRequiredValue(_transform), _bits.ValueOf(parse));
}
