using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Trials;

public class PolicyWatchTests
{
    [Fact]
    public void The_first_policy_of_the_file_holds_whichever_line_came_first()
    {
        var watch = new PolicyWatch([new LogPolicy("ECC", LogPolicy.ExcludeNode), new LogPolicy("error \\d+", LogPolicy.Fail)]);
        watch.Read("all well");
        Assert.Null(watch.Found);
        watch.Read("error 7 in kernel");
        Assert.Equal((LogPolicy.Fail, "error 7 in kernel"), (watch.Found!.Value.Policy.Action, watch.Found.Value.Line));
        watch.Read("uncorrectable ECC, error 8");
        Assert.Equal((LogPolicy.ExcludeNode, "uncorrectable ECC, error 8"), (watch.Found!.Value.Policy.Action, watch.Found.Value.Line));
        watch.Read("error 9");
        Assert.Equal(LogPolicy.ExcludeNode, watch.Found.Value.Policy.Action);
    }

    [Fact]
    public void A_pattern_that_backtracks_for_ever_gives_up_on_the_line()
    {
        var watch = new PolicyWatch([new LogPolicy("^(a+)+$", LogPolicy.Fail), new LogPolicy("b", LogPolicy.Retry)]);
        watch.Read(new string('a', 40) + "b");
        Assert.Equal(LogPolicy.Retry, watch.Found?.Policy.Action);
    }
}
