using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;
using VinCxr.SimulatedTrainer;

const string Usage = "usage: VinCxr.SimulatedTrainer [--script FILE] [--pace FILE] trainer --job FILE";

// What the agent appends comes last; the rest is ours.
if (args is not [.. var own, "trainer", "--job", var jobPath] || own.Length % 2 != 0)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

string? scriptPath = null, pacePath = null;
for (int i = 0; i < own.Length; i += 2)
{
    switch (own[i])
    {
        case "--script":
            scriptPath = own[i + 1];
            break;
        case "--pace":
            pacePath = own[i + 1];
            break;
        default:
            Console.Error.WriteLine($"unknown option '{own[i]}'; {Usage}");
            return 2;
    }
}

try
{
    var script = scriptPath is null ? new SimulationScript() : SimulationScript.Parse(await File.ReadAllTextAsync(scriptPath));
    var job = JsonSerializer.Deserialize<TrainerJob>(await File.ReadAllTextAsync(jobPath), TrainerProtocol.Json)
        ?? throw new InvalidInputException($"job file '{jobPath}' is empty");
    using var shell = new TrainerShell(job, Console.In, Console.Out);
    return await shell.RunAsync(script, new PacedTime(pacePath));
}
catch (Exception error) when (error is VinCxrException or IOException or JsonException)
{
    Console.Out.WriteLine(new TrainerFailed("error", error.Message).ToLine());
    return 1;
}
