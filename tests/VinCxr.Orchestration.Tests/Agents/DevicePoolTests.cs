using CsCheck;
using VinCxr.Contracts.Trials;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Orchestration.Tests.Agents;

public sealed class DevicePoolTests
{
    [Fact]
    public void Thirds_fill_a_device_and_come_back_whole()
    {
        var pool = Pool(1);
        var third = new SlotShare(0, 1 / 3.0);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(pool.HasFree);
            pool.Take([third]);
        }

        Assert.False(pool.HasFree);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, pool.WholeFree);
            pool.Return([third]);
        }

        Assert.Equal(1, pool.WholeFree);
    }

    [Fact]
    public void Work_without_a_choice_takes_a_whole_device_where_there_is_one() =>
        Gen.Int[1, 8].Sample(devices =>
        {
            var pool = Pool(devices);
            pool.Take([new SlotShare(0, 0.5)]);
            for (int i = 1; i < devices; i++)
            {
                var (index, share) = Assert.Single(pool.Take(null));
                Assert.True(index > 0 && share == 1);
            }

            return pool.WholeFree == 0 && pool.Take(null).Single() == new SlotShare(0, 0.5) && !pool.HasFree;
        });

    [Fact]
    public void A_gang_takes_its_devices_together()
    {
        var pool = Pool(3);
        var gang = pool.Take([new SlotShare(0, 1), new SlotShare(2, 1)]);
        Assert.Equal([0, 1, 0], pool.Offers.Select(o => o.Free));
        pool.Return(gang);
        Assert.Equal(3, pool.WholeFree);
    }

    [Fact]
    public void What_the_driver_says_is_read_line_by_line()
    {
        var devices = DeviceProbe.Parse("0, NVIDIA H100 80GB HBM3, 81559\n1, Odd, Name, [N/A]\nFailed to initialize NVML\n\n");
        Assert.Equal([new SlotOffer(0, "NVIDIA H100 80GB HBM3", 81559), new SlotOffer(1, "Odd, Name", null)], devices);
    }

    [Fact]
    public async Task A_processor_shares_its_memory_out_over_its_slots_unless_told()
    {
        var options = new AgentOptions { Slots = 2, CacheDirectory = "", WorkDirectory = "" };
        var slots = await DeviceProbe.DescribeAsync(options, TestContext.Current.CancellationToken);
        long machine = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        Assert.All(slots, s => Assert.InRange(s.MemoryMb!.Value, 1, (int)(machine / 2)));
        slots = await DeviceProbe.DescribeAsync(options with { SlotMemoryMb = 1000 }, TestContext.Current.CancellationToken);
        Assert.Equal([(0, "cpu", 1000), (1, "cpu", 1000)], slots.Select(s => (s.Index, s.Name, s.MemoryMb!.Value)));
    }

    private static DevicePool Pool(int devices) => new([.. Enumerable.Range(0, devices).Select(i => new SlotOffer(i, "gpu", null))]);
}
