using VinCxr.Core.Sweeps;
using VinCxr.Data.Sharding;

namespace VinCxr.Data.Tests.Sharding;

public sealed class PreparedKeyTests
{
    private static readonly PreparedKey Key = new("abc", new PreprocessSpec(1024, "voi", "minmax", 8), "1");

    [Fact]
    public void The_id_stays_the_same_over_releases()
    {
        // sha256 of {"datasetVersion":"abc","spec":{"size":1024,"window":"voi","transform":"minmax","bits":8},"preparationVersion":"1"}
        Assert.Equal("6201bd3f16de9fa2e3087768ecb3a93ffbe154eac581bf54849e80af726fb1af", Key.Id);
    }

    [Fact]
    public void A_quality_that_changes_nothing_does_not_change_the_id() =>
        Assert.Equal(Key.Id, (Key with { Spec = Key.Spec with { Codec = "raw", Quality = 10 } }).Id);

    [Fact]
    public void Every_part_tells_ids_apart()
    {
        PreparedKey[] keys =
        [
            Key, Key with { DatasetVersion = "abd" }, Key with { PreparationVersion = "2" }, Key with { Spec = Key.Spec with { Size = 512 } },
            Key with { Spec = Key.Spec with { Window = "none" } }, Key with { Spec = Key.Spec with { Transform = "clahe" } },
            Key with { Spec = Key.Spec with { Bits = 16 } }, Key with { Spec = Key.Spec with { Codec = "png" } },
            Key with { Spec = Key.Spec with { Codec = "jpeg" } }, Key with { Spec = Key.Spec with { Codec = "jpeg", Quality = 80 } },
        ];
        Assert.Equal(keys.Length, keys.Select(k => k.Id).Distinct().Count());
    }
}
