using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>Options of a process that trains: <c>serve</c>, and <c>sweep submit --wait</c> without a server.</summary>
internal sealed class AgentOptions
{
    private readonly Option<int> _slots = ValueOptions.Whole("--slots", "Trials at once", 1, 1, 64);
    private readonly ChoiceOption<string> _device = ValueOptions.Word("--device", "Where to train", "cpu", "cpu", "cuda");

    public void AddTo(Command command)
    {
        command.Add(_slots);
        command.Add(_device);
    }

    public AgentSettings Of(ParseResult parse) => new() { Slots = parse.GetValue(_slots), Device = _device.ValueOf(parse) };
}
