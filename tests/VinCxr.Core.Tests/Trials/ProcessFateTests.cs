using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Trials;

public class ProcessFateTests
{
    [Theory]
    [InlineData(3, "exited with code 3")]
    [InlineData(139, "was ended by signal 11 (SIGSEGV, a bad memory access)")]
    [InlineData(137, "was ended by signal 9 (SIGKILL, often the kernel's answer to a machine without memory)")]
    [InlineData(178, "was ended by signal 50 (no common one)")]
    [InlineData(255, "exited with code 255")]
    public void Exit_codes_name_their_signal(int code, string expected) => Assert.Equal(expected, ExitCodes.Describe(code));

    [Fact]
    public void A_full_disk_is_known_from_the_error_that_the_system_raises()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("this system has no /dev/full");
        }

        var full = Assert.ThrowsAny<IOException>(() =>
        {
            using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write([1]);
        });
        Assert.True(DiskSpace.IsExhausted(full));
        Assert.True(DiskSpace.IsExhausted(new StoreException("node cache: no room", full)));
        Assert.False(DiskSpace.IsExhausted(new IOException("broken pipe")));
        Assert.False(DiskSpace.IsExhausted(new InvalidOperationException()));
    }
}
