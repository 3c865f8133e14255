using System.Reflection;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Tests.Security;

/// <summary>Everything that is asked of a server.</summary>
internal interface IWholePlane : IControlPlane, IDatasetUploads;

/// <summary>A control plane that does nothing but remember what it was asked, whatever operations the contract has.</summary>
public class FakePlane : DispatchProxy
{
    /// <summary>User who submitted the sweep, and began the upload, that every call is about; null in versions that did not write it down.</summary>
    public string? Owner { get; set; } = "ann";

    /// <summary>Raised by every operation, or null.</summary>
    public Exception? Error { get; set; }

    public List<(string Operation, object?[] Arguments)> Calls { get; } = [];

    /// <summary>Calls that change something.</summary>
    public IEnumerable<string> Changes => Calls.Select(c => c.Operation).Where(o => !o.StartsWith("Get", StringComparison.Ordinal) && !o.StartsWith("List", StringComparison.Ordinal));

    internal static (IWholePlane Plane, FakePlane Fake) Create()
    {
        var plane = Create<IWholePlane, FakePlane>();
        return (plane, (FakePlane)(object)plane);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        lock (Calls)
        {
            Calls.Add((targetMethod!.Name, args!));
        }

        var type = targetMethod.ReturnType;
        if (type == typeof(Task))
        {
            return Error is null ? Task.CompletedTask : Task.FromException(Error);
        }

        var result = type.GetGenericArguments()[0];
        if (type == typeof(IAsyncEnumerable<SweepDetails>))
        {
            return Error is null ? new[] { (SweepDetails)Sample(result)! }.ToAsyncEnumerable() : throw Error;
        }

        string factory = Error is null ? nameof(Task.FromResult) : nameof(Task.FromException);
        return typeof(Task).GetMethods().Single(m => m.Name == factory && m.IsGenericMethod).MakeGenericMethod(result).Invoke(null, [Error ?? Sample(result)]);
    }

    private object? Sample(Type type) => type switch
    {
        _ when type == typeof(SweepSummary) => Sweep(),
        _ when type == typeof(SweepDetails) => new SweepDetails(Sweep(), "", "", "", null, 0, 0, [], []),
        _ when type == typeof(TrialSummary) => Trial(),
        _ when type == typeof(TrialDetails) => new TrialDetails(Trial(), 0, null, null, null, 0, null, null, null, 0, 0, 0, null, []),
        _ when type == typeof(DatasetInfo) => new DatasetInfo("lungs", "v", 1, 1, 1, 0, [], new Dictionary<string, int>(), [new QuarantinedFile("Doe^John.dcm", "no pixels")]),
        _ when type == typeof(UploadInfo) => Upload(),
        _ when type == typeof(IReadOnlyList<UploadInfo>) => new[] { Upload() },
        _ when type == typeof(UploadReport) => new UploadReport(
            (DatasetInfo)Sample(typeof(DatasetInfo))!, new Dictionary<string, int>(), null, 0, 0, 1, 0, 1, false, ["line 2: image 'Doe^John' is not there"],
            [new PersonalTags("Doe^John.dcm", "Doe^John", [])]),
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ => null,
    };

    private UploadInfo Upload() => new(
        "up-1", "lungs", Owner ?? "", UploadState.Failed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, 1, new UploadLimits(1, 1, 1, 1),
        new UploadIngest("Doe^John.csv"), Failure: new UploadFailure("'Doe^John.dcm' is bad", ["'Doe^John.dcm' is bad"], IsInput: true));

    private SweepSummary Sweep() => new("lr-1a2b", "lr", SweepState.Running, "lungs", 1, 0, 0, null, DateTimeOffset.UnixEpoch, null, User: Owner);

    private static TrialSummary Trial() => new("lr-1a2b-v0-f0", "lr-1a2b", "v0", 0, TrialState.Failed, 1, 0, 1, null, null, null);
}
