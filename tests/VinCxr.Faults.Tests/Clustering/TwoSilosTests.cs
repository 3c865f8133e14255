using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Faults.Tests.Clustering;

/// <summary>A control silo and a GPU silo, each a process, over a real Redis.</summary>
public sealed class TwoSilosTests
{
    private const int Epochs = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [BoundedFact]
    public async Task A_trial_goes_on_while_the_control_silo_is_killed_and_started_again()
    {
        await using var cluster = await RedisCluster.CreateAsync();
        var control = await cluster.StartAsync("control", "c");
        await cluster.StartAsync("gpu", "g");
        await cluster.ConnectAsync();
        await cluster.NodesWhenAsync("g");
        string id = await cluster.SubmitAsync(Epochs);
        await cluster.TrialWhenAsync($"{id}-v0-f0", t => t.CheckpointEpoch >= 1, "past a checkpoint");

        await control.KillAsync(Cancel);
        await cluster.StartAsync("control", "c");

        var sweep = await cluster.EndOfAsync(id);
        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 1, Epochs, "g"), (t.State, t.Attempt, t.Epoch, t.Node)));
    }

    [BoundedFact]
    public async Task A_frozen_gpu_silo_loses_its_trial_and_joins_again_in_the_same_process()
    {
        await using var cluster = await RedisCluster.CreateAsync();
        var control = await cluster.StartAsync("control", "c");
        var gpu = await cluster.StartAsync("gpu", "g", "--lease-ttl", "3");
        await cluster.ConnectAsync();
        string id = await cluster.SubmitAsync(Epochs);
        string trial = $"{id}-v0-f0";
        await cluster.TrialWhenAsync(trial, t => t.CheckpointEpoch >= 1, "past a checkpoint");

        // On a busy machine the lease may end before the cluster is sure that the silo is dead; one that is not declared dead has no reason to join again.
        await gpu.SignalAsync("STOP", Cancel);
        await control.SaysAsync("is gone", Cancel);
        var preempted = await cluster.TrialWhenAsync(trial, t => t.PreemptionsUsed > 0, "preempted");
        await gpu.SignalAsync("CONT", Cancel);

        await gpu.SaysAsync("serving ", Cancel, times: 2);
        Assert.Contains("a fresh one joins in this process", gpu.Output, StringComparison.Ordinal);
        Assert.Equal((TrialState.Pending, 1), (preempted.Summary.State, preempted.Summary.Attempt));
        var sweep = await cluster.EndOfAsync(id);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, Epochs), (t.State, t.Epoch)));
    }

    [BoundedFact]
    public async Task Redis_may_go_away_and_come_back_empty_while_trials_run()
    {
        await using var cluster = await RedisCluster.CreateAsync();
        await cluster.StartAsync("control", "c");
        var gpu = await cluster.StartAsync("gpu", "g");
        await cluster.ConnectAsync();
        string id = await cluster.SubmitAsync(Epochs);
        string trial = $"{id}-v0-f0";
        var before = await cluster.TrialWhenAsync(trial, t => t.CheckpointEpoch >= 1, "past a checkpoint");

        cluster.Redis.Stop();
        await gpu.SaysAsync("is away; work goes on", Cancel);
        await cluster.TrialWhenAsync(trial, t => t.CheckpointEpoch > before.CheckpointEpoch || t.Summary.State == TrialState.Succeeded, "at work without Redis");
        await cluster.Redis.StartAgainAsync(Cancel);
        await gpu.SaysAsync("is back", Cancel);

        // Whoever comes now finds the silos that were there.
        await cluster.StartAsync("gpu", "h");
        await cluster.ConnectAsync();
        await cluster.NodesWhenAsync("g", "h");
        var sweep = await cluster.EndOfAsync(id);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 1), (t.State, t.Attempt)));
    }

    [BoundedFact]
    public async Task Told_to_end_a_server_leaves_in_order_and_its_trial_goes_on_elsewhere()
    {
        await using var cluster = await RedisCluster.CreateAsync();
        var control = await cluster.StartAsync("control", "c");
        var gpu = await cluster.StartAsync("gpu", "g");
        await cluster.ConnectAsync();
        string id = await cluster.SubmitAsync(Epochs);
        string trial = $"{id}-v0-f0";
        await cluster.TrialWhenAsync(trial, t => t.CheckpointEpoch >= 1, "past a checkpoint");

        await gpu.SignalAsync("TERM", Cancel);
        Assert.Equal(0, await gpu.EndAsync(Cancel));
        await control.SaysAsync("Silo gpu:g", Cancel, times: 2);
        await cluster.NodesWhenAsync();
        Assert.Equal(0, (await cluster.TrialWhenAsync(trial, t => t.Summary.State is TrialState.Pending, "handed back")).PreemptionsUsed);

        await cluster.StartAsync("gpu", "h");
        var sweep = await cluster.EndOfAsync(id);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, "h"), (t.State, t.Node)));
    }

    [BoundedFact]
    public async Task A_cluster_killed_as_a_whole_starts_again_at_once()
    {
        await using var cluster = await RedisCluster.CreateAsync();
        ServeProcess[] all = [await cluster.StartAsync("control", "c"), await cluster.StartAsync("gpu", "g"), await cluster.StartAsync("gpu", "h")];
        await Task.WhenAll(all.Select(s => s.KillAsync(Cancel)));

        await cluster.StartAsync("all", "a", "--join-timeout", "10");
        await cluster.ConnectAsync();
        await cluster.NodesWhenAsync("a");
    }
}
