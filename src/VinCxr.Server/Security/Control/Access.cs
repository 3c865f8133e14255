using System.Collections.Frozen;
using VinCxr.Contracts.Api;

namespace VinCxr.Server.Security.Control;

/// <param name="Minimum">The least role that may.</param>
/// <param name="OfOwner">On sweeps of others, on their trials, and on uploads of others, only <see cref="Role.Operator"/> and above may.</param>
/// <param name="IsChange">Goes into the audit log.</param>
public sealed record AccessRule(Role Minimum, bool OfOwner = false, bool IsChange = false);

/// <summary>Who may do what on the control plane: this table, and nothing else.</summary>
public static class Access
{
    private static readonly AccessRule Read = new(Role.Viewer);
    private static readonly AccessRule Submit = new(Role.Submitter, IsChange: true);
    private static readonly AccessRule Own = new(Role.Submitter, OfOwner: true, IsChange: true);
    /// <summary>Files of an upload come by the thousand, and are no entries of their own.</summary>
    private static readonly AccessRule UseOwn = new(Role.Submitter, OfOwner: true);
    private static readonly AccessRule Operate = new(Role.Operator, IsChange: true);

    /// <summary>
    /// By operation of <see cref="IControlPlane"/> and <see cref="IDatasetUploads"/>. Weights, checkpoints and predictions are for viewers: predictions are boxes by image id, no data of
    /// patients. What a data set quarantined is blanked for callers who do not see patients, whose names file names may be.
    /// </summary>
    public static IReadOnlyDictionary<string, AccessRule> Rules { get; } = new Dictionary<string, AccessRule>
    {
        [nameof(IControlPlane.SubmitSweepAsync)] = Submit,
        [nameof(IControlPlane.ListSweepsAsync)] = Read,
        [nameof(IControlPlane.GetSweepAsync)] = Read,
        [nameof(IControlPlane.WatchSweepAsync)] = Read,
        [nameof(IControlPlane.SteerSweepAsync)] = Own,
        [nameof(IControlPlane.RetrySweepAsync)] = Own,
        [nameof(IControlPlane.ExtendSweepAsync)] = Own,
        [nameof(IControlPlane.GetDecisionsAsync)] = Read,
        [nameof(IControlPlane.ExplainTrialAsync)] = Read,
        [nameof(IControlPlane.GetLeaderboardAsync)] = Read,
        [nameof(IControlPlane.GetTrialAsync)] = Read,
        [nameof(IControlPlane.GetMetricsAsync)] = Read,
        [nameof(IControlPlane.GetTrialLogAsync)] = Read,
        [nameof(IControlPlane.RetryTrialAsync)] = Own,
        [nameof(IControlPlane.OpenTrialFileAsync)] = Read,
        [nameof(IControlPlane.ListNodesAsync)] = Read,
        [nameof(IControlPlane.SetDrainAsync)] = Operate,
        [nameof(IControlPlane.ListQueuesAsync)] = Read,
        [nameof(IControlPlane.GetQueueAsync)] = Read,
        [nameof(IControlPlane.SetQueueAsync)] = Operate,
        [nameof(IControlPlane.RemoveQueueAsync)] = Operate,
        [nameof(IControlPlane.ListDatasetsAsync)] = Read,
        [nameof(IControlPlane.GetDatasetAsync)] = Read,
        [nameof(IControlPlane.GetDatasetStatisticsAsync)] = Read,
        [nameof(IDatasetUploads.CreateUploadAsync)] = Submit,
        [nameof(IDatasetUploads.ListUploadsAsync)] = new(Role.Submitter),
        [nameof(IDatasetUploads.GetUploadAsync)] = UseOwn,
        [nameof(IDatasetUploads.ListUploadFilesAsync)] = UseOwn,
        [nameof(IDatasetUploads.PutUploadFileAsync)] = UseOwn,
        [nameof(IDatasetUploads.RemoveUploadFileAsync)] = UseOwn,
        [nameof(IDatasetUploads.IngestUploadAsync)] = Own,
        [nameof(IDatasetUploads.GetUploadReportAsync)] = UseOwn,
        [nameof(IDatasetUploads.RemoveUploadAsync)] = Own,
    }.ToFrozenDictionary();
}
