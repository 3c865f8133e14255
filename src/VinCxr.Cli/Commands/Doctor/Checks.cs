using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Doctor;

/// <summary>What a machine needs to run and train.</summary>
internal static class Checks
{
    private const long LowMemory = 4_000_000_000;
    private const long LowDisk = 5_000_000_000;

    public static IReadOnlyList<Task<Check>> All(string storeUri, CancellationToken cancellationToken) =>
    [
        Check.RunAsync("runtime", "install .NET 10", () => Task.FromResult(Runtime())),
        Check.RunAsync("libtorch", "restore and build again with the right TorchBackend, see README", () => Task.FromResult(Torch())),
        Check.RunAsync("OpenCV", "restore and build again, see README", () => Task.FromResult(OpenCv())),
        Check.RunAsync("memory", "", () => Task.FromResult(Memory())),
        Check.RunAsync("store", $"give another --store or make it writable", () => StoreAsync(storeUri, cancellationToken)),
        Check.RunAsync("disk", "", () => Task.FromResult(Disk(storeUri))),
    ];

    private static Check Runtime() => Environment.Version.Major >= 10
        ? new("runtime", CheckStatus.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores")
        : new("runtime", CheckStatus.Fail, $"{RuntimeInformation.FrameworkDescription}: install .NET 10");

    // Kept apart so that a missing library fails its own check and not the ones around it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Check Torch()
    {
        using torch.Tensor two = torch.ones(1) + 1;
        string result = two.item<float>() == 2 ? "computes" : throw new InvalidOperationException("1 + 1 is not 2");
        string devices = torch.cuda.is_available() ? $"{torch.cuda.device_count()} CUDA devices" : "CPU only";
        return new("libtorch", CheckStatus.Ok, $"{torch.__version__} {result}, {devices}, {torch.get_num_threads()} threads");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Check OpenCv()
    {
        var plane = new Plane(2, 2, 16, [1, 2, 3, 4, 5, 6, 7, 8]);
        bool same = PlaneCodec.DecodePng(PlaneCodec.EncodePng(plane)).Bytes.AsSpan().SequenceEqual(plane.Bytes);
        return same
            ? new("OpenCV", CheckStatus.Ok, $"{OpenCvSharp.Cv2.GetVersionString()}, 16-bit PNG there and back")
            : new("OpenCV", CheckStatus.Fail, "a 16-bit PNG came back changed; restore and build again");
    }

    private static Check Memory()
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return available < LowMemory
            ? new("memory", CheckStatus.Warn, $"{Text.Bytes(available)}: train small models with small batches, or give this machine more")
            : new("memory", CheckStatus.Ok, Text.Bytes(available));
    }

    private static async Task<Check> StoreAsync(string storeUri, CancellationToken cancellationToken)
    {
        await using IStore store = await StoreFactory.OpenAsync(storeUri, create: true, cancellationToken);
        const string Collection = "doctor";
        string id = Guid.NewGuid().ToString("N");
        await store.Documents.PutAsync(Collection, id, "{}", null, cancellationToken);
        await store.Documents.DeleteAsync(Collection, id, cancellationToken);
        return new("store", CheckStatus.Ok, $"{store.Uri} is writable");
    }

    private static Check Disk(string storeUri)
    {
        string folder = storeUri.StartsWith("file://", StringComparison.Ordinal) ? storeUri["file://".Length..] : Path.GetTempPath();
        var drive = new DriveInfo(Path.GetFullPath(folder));
        return drive.AvailableFreeSpace < LowDisk
            ? new("disk", CheckStatus.Warn, $"{Text.Bytes(drive.AvailableFreeSpace)} free at {folder}: prepared images of a large set need more")
            : new("disk", CheckStatus.Ok, $"{Text.Bytes(drive.AvailableFreeSpace)} free at {folder}");
    }
}
