using System.Globalization;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>How agents start the simulated trainer, and how fast it goes. The pace may change while trainers run.</summary>
internal sealed class SimulatedTrainerCommand
{
    // An epoch is one simulated second, so that the pace is the length of an epoch.
    private const string Script = "time: {startup: 0.1, epoch: 1}";

    private readonly string _paceFile;
    private readonly string _scriptFile;

    /// <param name="more">Further lines of the script.</param>
    public SimulatedTrainerCommand(string folder, TimeSpan epoch, string more = "")
    {
        _paceFile = Path.Combine(folder, "pace");
        _scriptFile = Path.Combine(folder, "script.yaml");
        File.WriteAllText(_scriptFile, $"{Script}\n{more}");
        SetPace(epoch);
    }

    public IReadOnlyList<string> Words => ["dotnet", Path.Combine(AppContext.BaseDirectory, "VinCxr.SimulatedTrainer.dll"), "--script", _scriptFile, "--pace", _paceFile];

    /// <summary>As options of <c>serve</c>.</summary>
    public IReadOnlyList<string> Options => [.. Words.Select(w => $"--trainer={w}")];

    /// <summary>Time an epoch takes from now on.</summary>
    public void SetPace(TimeSpan epoch)
    {
        string draft = $"{_paceFile}.tmp";
        File.WriteAllText(draft, epoch.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move(draft, _paceFile, overwrite: true);
    }
}
