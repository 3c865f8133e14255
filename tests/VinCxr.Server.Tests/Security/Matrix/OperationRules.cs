using VinCxr.Contracts.Api;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Control;

namespace VinCxr.Server.Tests.Security.Matrix;

/// <summary>Who may call which operation of the OpenAPI document: what the access table says of the control plane, and the rest.</summary>
internal static class OperationRules
{
    private static readonly AccessRule Admin = new(Role.Admin);

    /// <summary>What shows images or metadata of patients: only a key that says so opens it, whatever its role.</summary>
    private static readonly HashSet<string> OfPatients =
        ["ListImages", "GetImage", "GetImagePlane", "ListTrialImages", "GetTrialImage", "GetTrialImageActivation", "ListEnsembleImages", "GetEnsembleImage"];

    /// <summary>What tells others than the owner the names of files.</summary>
    private static readonly HashSet<string> NamesOfFiles = ["ListUploadFiles"];

    private static readonly Dictionary<string, AccessRule> Rules = new()
    {
        ["WhoAmI"] = new(Role.Viewer),
        ["ListTransforms"] = new(Role.Viewer),
        ["ValidateSweep"] = new(Role.Viewer),
        ["ListKeys"] = Admin,
        ["CreateKey"] = Admin,
        ["RevokeKey"] = Admin,
        ["ReadAudit"] = Admin,
        ["WatchTrial"] = Access.Rules[nameof(IControlPlane.GetTrialAsync)],
        ["WatchNodes"] = Access.Rules[nameof(IControlPlane.ListNodesAsync)],
        ["ListTrials"] = Access.Rules[nameof(IControlPlane.GetSweepAsync)],
        ["DownloadTrialFile"] = Access.Rules[nameof(IControlPlane.OpenTrialFileAsync)],
        ["DrainNode"] = Access.Rules[nameof(IControlPlane.SetDrainAsync)],
        ["UndrainNode"] = Access.Rules[nameof(IControlPlane.SetDrainAsync)],
        ["PauseSweep"] = Access.Rules[nameof(IControlPlane.SteerSweepAsync)],
        ["ResumeSweep"] = Access.Rules[nameof(IControlPlane.SteerSweepAsync)],
        ["StopSweep"] = Access.Rules[nameof(IControlPlane.SteerSweepAsync)],
        ["CancelSweep"] = Access.Rules[nameof(IControlPlane.SteerSweepAsync)],
    };

    /// <returns>The rule; null for an operation that nobody has thought of.</returns>
    public static AccessRule? Find(string operationId) => IsOfPatients(operationId)
        ? new AccessRule(Role.Viewer)
        : Rules.GetValueOrDefault(operationId) ?? Access.Rules.GetValueOrDefault($"{operationId}Async");

    public static bool HasNamesOfFiles(string operationId) => NamesOfFiles.Contains(operationId);

    public static bool IsOfPatients(string operationId) => OfPatients.Contains(operationId);
}
