using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>Options of a process that trains: <c>serve</c>, and <c>sweep submit --wait</c> without a server.</summary>
internal sealed class AgentOptions
{
    private const int MostCpuSlots = 4;

    private readonly Option<int> _slots = ValueOptions.Whole("--slots", "Trials at once; 0 takes one per core on the CPU, up to 4, and one on a GPU", 0, 0, 64);
    private readonly ChoiceOption<string> _device = ValueOptions.Word("--device", "Where to train", "cpu", "cpu", "cuda");

    private readonly Option<int> _slotMemory = ValueOptions.Whole(
        "--slot-memory", "Memory that trials may use on each slot, in MiB; 0 takes a GPU's own, or the machine's divided by its slots", 0, 0, 100_000_000);

    private readonly Option<double> _hangTimeout = ValueOptions.Real(
        "--hang-timeout", "Seconds without progress after which a trainer is ended and its trial tried again", 600, 0, 86_400, minIncluded: false);

    private readonly Option<string[]> _trainer = ValueOptions.Many(
        "--trainer", "Program that trains instead of this one, called with 'trainer --job FILE'; repeat it for its arguments, as in --trainer=dotnet --trainer=my.dll", "WORD");

    public void AddTo(Command command)
    {
        command.Add(_slotMemory);
        command.Add(_hangTimeout);
        command.Add(_slots);
        command.Add(_device);
        command.Add(_trainer);
    }

    /// <summary>
    /// Settings for training on this machine's CPU. Small models gain less from a second thread than from a second trial, and each trial costs
    /// memory.
    /// </summary>
    public static AgentSettings Cpu { get; } = new() { Slots = Math.Clamp(Environment.ProcessorCount, 1, MostCpuSlots) };

    public AgentSettings Of(ParseResult parse)
    {
        string device = _device.ValueOf(parse);
        int slots = parse.GetValue(_slots);
        return new AgentSettings
        {
            Device = device,
            Slots = slots > 0 ? slots : device == "cpu" ? Cpu.Slots : 1,
            SlotMemoryMb = parse.GetValue(_slotMemory) is > 0 and var set ? set : null,
            HangTimeout = TimeSpan.FromSeconds(parse.GetValue(_hangTimeout)),
            TrainerCommand = parse.GetValue(_trainer) is { Length: > 0 } words ? words : null,
        };
    }
}
