using System.Text.Json;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Schema;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Simulation;

/// <summary>
/// One simulated trial. Its curve, durations and predictions follow from script, settings and fold alone; the number of epochs does not change the
/// epochs before, so that an extended trial goes on where it was.
/// </summary>
public sealed class SimulatedTrial
{
    private readonly SimulationScript _script;
    private readonly CheckpointSpec _checkpoint;
    private readonly SeededDraw _draw;
    private readonly double _reach;
    private readonly double _halfLife;
    private readonly double _pace;

    /// <param name="variant">Id within the sweep; only mishap rules look at it.</param>
    public SimulatedTrial(SimulationScript script, TrialSettings settings, int fold, string variant = "", CheckpointSpec? checkpoint = null)
    {
        (_script, Settings, Fold, Variant, _checkpoint) = (script, settings, fold, variant, checkpoint ?? new CheckpointSpec());
        var settingsDraw = SeededDraw.Of($"{script.Seed}|{JsonSerializer.Serialize(settings with { Train = settings.Train with { Epochs = 0 } })}");
        _draw = settingsDraw.At(fold);
        var curve = script.Curve;
        double luck = 1 + (curve.Spread * settingsDraw.At("luck").Gaussian);
        double difficulty = 1 + (curve.FoldSpread * SeededDraw.Of($"{script.Seed}").At("fold").At(fold).Gaussian);
        _reach = Math.Clamp(curve.Ceiling * ResponseTo(settings) * luck * difficulty, curve.Floor, 1);
        _halfLife = curve.HalfLife * Math.Exp(curve.Spread * settingsDraw.At("half-life").Gaussian);
        _pace = Math.Exp(script.Time.Spread * settingsDraw.At("pace").Gaussian);
    }

    public TrialSettings Settings { get; }

    public int Fold { get; }

    public string Variant { get; }

    /// <summary>The trial of a trainer's job; the variant is read from a trial id of the form <c>…-VARIANT-fFOLD</c>.</summary>
    public static SimulatedTrial Of(SimulationScript script, TrainerJob job) =>
        new(script, job.Settings, job.Fold, VariantOf(job.TrialId), job.Checkpoint);

    public static string VariantOf(string trialId) => trialId.Split('-') is [.., var variant, _] ? variant : "";

    /// <summary>True quality after an epoch, in [0, 1]: what the predictions of that epoch are made with.</summary>
    public double QualityAfter(int epoch) => _script.Curve.Floor + ((_reach - _script.Curve.Floor) * (1 - Math.Pow(2, -epoch / _halfLife)));

    /// <summary>Score reported after an epoch, in [0, 1].</summary>
    public double ScoreAfter(int epoch) => Math.Clamp(QualityAfter(epoch) + (_script.Curve.Noise * _draw.At("noise").At(epoch).Gaussian), 0, 1);

    /// <summary>Seconds that an undisturbed epoch takes.</summary>
    public double SecondsOf(int epoch) =>
        _script.Time.Epoch * _pace * (1 + (_script.Time.Jitter * ((2 * _draw.At("jitter").At(epoch).Uniform) - 1)));

    /// <summary>What one attempt does if nobody interrupts it, in order of time; it ends with exactly one last event.</summary>
    public IEnumerable<SimulatedEvent> Plan(AttemptConditions conditions)
    {
        int last = Settings.Train.Epochs;
        int batch = BatchHalving.Batch(Settings.Train.Batch, conditions.BatchHalvings);
        double lr = Settings.Train.Lr * conditions.LrFactor;
        double at = _script.Time.Startup, slowness = 1;
        yield return new AttemptBegun(TimeSpan.FromSeconds(at), Math.Min(conditions.ResumeEpoch, last));
        var mishaps = Mishaps.Of(_script, this, _draw, conditions, batch, lr);
        double best = BestUpTo(conditions.ResumeEpoch);
        for (int epoch = conditions.ResumeEpoch + 1; epoch <= last; epoch++)
        {
            foreach (var rule in mishaps.Where(m => m.Epoch == epoch).Select(m => m.Rule))
            {
                if (rule.Kind == MishapKind.Slow)
                {
                    slowness *= rule.Factor;
                }
                else
                {
                    foreach (var happening in Mishaps.Happening(rule, TimeSpan.FromSeconds(at + (SecondsOf(epoch) * slowness / 2)), epoch, batch))
                    {
                        yield return happening;
                        if (happening is not LineLogged)
                        {
                            yield break;
                        }
                    }
                }
            }

            double seconds = SecondsOf(epoch) * slowness;
            at += seconds;
            yield return new EpochTrained(TimeSpan.FromSeconds(at), epoch, (long)epoch * StepsPerEpoch, ValuesAfter(epoch, lr, batch, seconds));
            bool isBest = ScoreAfter(epoch) > best;
            best = Math.Max(best, ScoreAfter(epoch));
            if (epoch % Math.Max(1, _checkpoint.EveryEpochs) == 0)
            {
                yield return new CheckpointDue(TimeSpan.FromSeconds(at), epoch, isBest);
            }
        }

        yield return new TrialFinished(TimeSpan.FromSeconds(at), last);
    }

    /// <summary>Out-of-fold predictions of a wanted quality that no single trial stands behind, equal for equal arguments.</summary>
    /// <param name="quality">About their mAP@0.4 on many images, in [0, 1].</param>
    public static IReadOnlyList<Prediction> Predict(
        SimulationScript script, int fold, double quality, IReadOnlyList<LabelledImage> images, Annotations.ClassList classes) =>
        SimulatedPredictions.Make(SeededDraw.Of($"{script.Seed}|{fold}|{quality:R}"), quality, images, classes);

    /// <summary>Out-of-fold predictions after the last epoch, whose mAP@0.4 is about <see cref="QualityAfter"/> of it on many images.</summary>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<LabelledImage> images, Annotations.ClassList classes) =>
        SimulatedPredictions.Make(_draw.At("predictions"), QualityAfter(Settings.Train.Epochs), images, classes);

    /// <summary>Steps of one epoch; a round number, since nothing trains.</summary>
    public const int StepsPerEpoch = 100;

    private Dictionary<string, double> ValuesAfter(int epoch, double lr, int batch, double seconds) => new()
    {
        ["loss"] = 1 - QualityAfter(epoch),
        ["map40"] = ScoreAfter(epoch),
        ["lr"] = lr,
        ["memory_mb"] = _script.Memory.Of(batch),
        ["epoch_seconds"] = seconds,
    };

    private double BestUpTo(int epoch) => Enumerable.Range(1, epoch).Select(ScoreAfter).Append(double.NegativeInfinity).Max();

    private double ResponseTo(TrialSettings settings)
    {
        var spec = new SweepSpec { Name = "", Dataset = "", Settings = settings };
        double response = 1;
        foreach (var (path, bell) in _script.Response)
        {
            double value = Convert.ToDouble(SweepSchema.Find(path)!.Get(spec));
            double distance = bell.Scale == "log" ? Math.Log10(value / bell.Best) : value - bell.Best;
            response *= Math.Exp(-0.5 * Math.Pow(distance / bell.Width, 2));
        }

        return response;
    }
}

/// <param name="Attempt">1-based: the lease epoch.</param>
/// <param name="ResumeEpoch">Epochs in the checkpoint that it goes on from, 0 when fresh.</param>
/// <param name="BatchHalvings">Halvings of the batch after attempts that ran out of memory.</param>
/// <param name="LrFactor">Factor on the learning rate after a loss that was not finite.</param>
public sealed record AttemptConditions(long Attempt = 1, int ResumeEpoch = 0, int BatchHalvings = 0, double LrFactor = 1);
