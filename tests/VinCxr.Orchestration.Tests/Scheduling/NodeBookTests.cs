using VinCxr.Contracts.Trials;
using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Scheduling;

namespace VinCxr.Orchestration.Tests.Scheduling;

public sealed class NodeBookTests
{
    private readonly NodeBook _book = new(TimeProvider.System);

    [Fact]
    public void What_is_being_given_is_not_free_even_if_the_node_asks_again()
    {
        Ask(1);
        DeviceShare[] half = [new(0, 0.5)];
        _book.Give("n", half);
        Assert.Equal(0.5, Free());

        // It gave up waiting for the answer and asks anew, with the slot still free as far as it knows.
        Ask(1);
        Assert.Equal(0.5, Free());
        _book.Given("n", half, taken: true);
        Assert.Equal(0.5, Free());
        Ask(0.5);
        Assert.Equal(0.5, Free());
    }

    [Fact]
    public void What_came_to_nothing_is_free_again()
    {
        Ask(1);
        DeviceShare[] whole = [new(0, 1)];
        _book.Give("n", whole);
        Assert.Equal(0, Free());
        _book.Given("n", whole, taken: false);
        Assert.Equal(1, Free());
    }

    [Fact]
    public void Another_node_that_holds_the_images_counts_while_it_has_room()
    {
        Ask(1, "x");
        _book.Asked(new LeaseRequest("m", "c", [], 1));

        Assert.Equal("n", _book.OtherHolder("m", "x", 1, null, null));
        Assert.Null(_book.OtherHolder("m", "x", 1, null, ["n"]));
        Assert.Null(_book.OtherHolder("m", "x", 2, null, null));
        Assert.Null(_book.OtherHolder("n", "x", 1, null, null));
        Assert.True(_book.Holds("n", "x"));
        Ask(0.5);
        Assert.Null(_book.OtherHolder("m", "x", 0.5, null, null));
    }

    private void Ask(double free, params string[] held) => _book.Asked(new LeaseRequest("n", "c", held, 1, [new SlotOffer(0, "cpu", null, free)]));

    private double Free() => Assert.Single(_book.Offer("n").Devices).Free;
}
