namespace VinCxr.Faults.Tests.Storm;

/// <summary>What one fault hit and how long it took to be made up for.</summary>
/// <param name="Victim">Node, trainer or server.</param>
/// <param name="Trials">Trials that ran there.</param>
/// <param name="Recovery">
/// Kills and freezes of agents and trainers: until every trial that ran there runs again elsewhere (detection and restart). The control silo and cut
/// connections: until the sweep answers again. Stores: from their return until the sweep makes progress. Null when nothing ran there.
/// </param>
/// <param name="Overlapped">True when another fault was not over yet.</param>
internal sealed record FaultRecord(Fault Fault, string Victim, IReadOnlyList<string> Trials, TimeSpan? Recovery, bool Overlapped);
