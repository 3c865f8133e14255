using CsCheck;
using VinCxr.Training.Losses;

namespace VinCxr.Training.Tests.Losses;

public sealed class MatchGroupsTests
{
    [Fact]
    public void Equal_numbers_share_a_row_and_no_two_share_a_place()
    {
        MatchGroups groups = MatchGroups.Of([7, 3, 7, 9, 3, 7]);

        Assert.Equal([7, 3, 9], groups.Distinct);
        Assert.Equal(3, groups.Largest);
        Assert.Equal([0, 3, 1, 6, 4, 2], groups.Slots);
    }

    [Fact]
    public void Every_place_leads_back_to_its_number() =>
        Gen.Long[0, 9].Array[1, 30].Sample(
            numbers =>
            {
                MatchGroups groups = MatchGroups.Of(numbers);
                return groups.Slots.Distinct().Count() == numbers.Length
                    && groups.Slots.Select(slot => groups.Distinct[slot / groups.Largest]).SequenceEqual(numbers);
            },
            threads: 1);
}
