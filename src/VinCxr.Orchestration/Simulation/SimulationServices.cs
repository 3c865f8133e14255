using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VinCxr.Core.Simulation;

namespace VinCxr.Orchestration.Simulation;

public static class SimulationServices
{
    /// <summary>One more simulated node in this process. Register after Orleans: hosted services stop in reverse order, and leases are handed back through grains.</summary>
    public static IServiceCollection AddSimulatedAgent(this IServiceCollection services, SimulationScript script, SimulatedAgentOptions options) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<SimulatedAgent>(provider, script, options));
}
