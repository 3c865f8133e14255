using System.Globalization;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>How agents start the simulated trainer, and how fast it goes. The pace may change while trainers run.</summary>
internal sealed class SimulatedTrainerCommand
{
    private readonly string _paceFile;

    public SimulatedTrainerCommand(string folder, TimeSpan epoch)
    {
        _paceFile = Path.Combine(folder, "pace");
        SetPace(epoch);
    }

    public IReadOnlyList<string> Words => ["dotnet", Path.Combine(AppContext.BaseDirectory, "VinCxr.SimulatedTrainer.dll"), "--pace", _paceFile];

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
