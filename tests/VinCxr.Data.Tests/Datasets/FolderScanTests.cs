using System.Diagnostics;
using System.Runtime.InteropServices;
using VinCxr.Core;
using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed partial class FolderScanTests
{
    [Fact]
    public async Task Links_are_followed_and_loops_end()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.Add("a/one.dicom", FakeDicom.Write(2, 2, 1));
        string elsewhere = Directory.CreateDirectory(Path.Combine(set.Root, "elsewhere")).FullName;
        File.WriteAllBytes(Path.Combine(elsewhere, "two.dcm"), FakeDicom.Write(3, 3, 2));
        Directory.CreateSymbolicLink(Path.Combine(set.Images, "a", "back"), set.Images);
        Directory.CreateSymbolicLink(Path.Combine(set.Images, "linked"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(set.Images, "three.dic"), Path.Combine(elsewhere, "two.dcm"));
        File.CreateSymbolicLink(Path.Combine(set.Images, "lost.dicom"), Path.Combine(elsewhere, "nothing"));
        File.CreateSymbolicLink(Path.Combine(set.Images, "lost.txt"), Path.Combine(elsewhere, "nothing"));

        var scan = FolderScan.Of(set.Images);

        Assert.Equal([("a/one.dicom", 148L), ("linked/two.dcm", 153L), ("three.dic", 153L)], scan.Files.Select(f => (f.Name, f.Length)));
        Assert.Equal(["a/back/", "lost.dicom"], scan.Refused.Select(r => r.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pipes_and_giants_are_quarantined_without_being_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs named pipes of POSIX");
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(1);
        using (var makePipes = Process.Start("mkfifo", [Path.Combine(set.Images, "pipe.dicom"), Path.Combine(set.Images, "pipe")]))
        {
            await makePipes.WaitForExitAsync(DatasetFixture.Cancellation);
            Assert.Equal(0, makePipes.ExitCode);
        }

        using (var giant = new FileStream(Path.Combine(set.Images, "giant.dicom"), FileMode.CreateNew))
        {
            // Sparse: takes no room on the disk.
            giant.SetLength(3L << 30);
        }

        var manifest = (await set.IngestAsync()).Manifest;

        Assert.Single(manifest.Images);
        Assert.Equal(
            [("giant.dicom", 3L << 30), ("pipe.dicom", 0L)], manifest.Quarantined.Select(q => (q.File, q.Bytes!.Value)));
        Assert.Contains("3221225472 bytes", manifest.Quarantined[0].Reason, StringComparison.Ordinal);
        Assert.Contains("pipe", manifest.Quarantined[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_reported_and_the_rest_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights are taken away the Linux way");
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(1);
        set.Add("closed/x.dicom", [1]);
#pragma warning disable CA1416 // Skipped on other systems above.
        const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Path.GetDirectoryName(set.Images)!, ForAll);
        File.SetUnixFileMode(Path.Combine(set.Images, "closed"), UnixFileMode.None);
        try
        {
            FolderScan scan = await ScanAsNobodyAsync(set.Images);
            Assert.Equal("closed/", Assert.Single(scan.Refused).File);
            Assert.Single(scan.Files);
        }
        finally
        {
            File.SetUnixFileMode(Path.Combine(set.Images, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
    }

    /// <summary>Rights mean nothing to root, so root looks with the file system identity of nobody, on a thread of its own (setfsuid(2)).</summary>
    private static Task<FolderScan> ScanAsNobodyAsync(string images)
    {
        const uint Nobody = 65534;
        var scanned = new TaskCompletionSource<FolderScan>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            _ = SetFileSystemUser(Nobody);
            try
            {
                scanned.SetResult(FolderScan.Of(images));
            }
            catch (InvalidInputException error)
            {
                scanned.SetException(error);
            }
        }).Start();
        return scanned.Task;
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);

    [Fact]
    public async Task A_folder_of_links_to_nothing_says_so()
    {
        await using var set = await DatasetFixture.CreateAsync();
        File.CreateSymbolicLink(Path.Combine(set.Images, "lost.dicom"), "/no/such/file");
        var error = Assert.Throws<InvalidInputException>(() => FolderScan.Of(set.Images));
        Assert.Contains("'lost.dicom' is a link to nothing", error.Message, StringComparison.Ordinal);
    }
}
