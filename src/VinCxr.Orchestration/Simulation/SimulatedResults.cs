using System.Collections.Concurrent;
using System.Text;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Detection;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Predictions;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Simulation;

/// <summary>
/// Stored predictions of simulated trials with their real scores. Trials of one fold whose qualities agree to half a percent share them, so that ten
/// thousand trials need a few hundred blobs. Thread-safe.
/// </summary>
internal sealed class SimulatedResults(IStore store, LabelSource labels, SimulationScript script)
{
    private const int Grades = 200;

    private readonly ConcurrentDictionary<(string Folds, int Fold, int Grade), Lazy<Task<Result>>> _results = new();
    private readonly Lazy<Task<string>> _weights = new(() => PutAsync(store, "weights of simulated trials", "weights"));

    public async Task<CompletionReport> OfAsync(SimulatedTrial trial, TrialPlan plan)
    {
        int grade = (int)Math.Round(trial.QualityAfter(plan.Epochs) * Grades);
        var result = await _results.GetOrAdd((plan.FoldsId, plan.Fold, grade), key => new Lazy<Task<Result>>(() => MakeAsync(plan, key.Grade))).Value;
        return new CompletionReport(plan.Epochs, result.Blob, await _weights.Value, result.Map40, result.Map40Findings);
    }

    private async Task<Result> MakeAsync(TrialPlan plan, int grade)
    {
        var dataset = await labels.GetAsync(plan.DatasetReference, StateJson.Read<LabelsSpec>(plan.ScoringLabelsJson));
        var folds = await labels.GetFoldsAsync(plan.FoldsId);
        var images = dataset.Images.Where(i => folds.TryGetValue(i.ImageId, out int fold) && fold == plan.Fold).ToArray();
        var predictions = SimulatedTrial.Predict(script, plan.Fold, (double)grade / Grades, images, dataset.Classes);
        var text = new StringWriter();
        PredictionCsv.WriteLong(text, predictions);

        // Scored as they are read back: the file rounds.
        var read = PredictionCsv.Read(new StringReader(text.ToString()), "simulated predictions");
        var truths = dataset.TruthOf(folds, plan.Fold);
        return new Result(
            await PutAsync(store, text.ToString(), "oof-predictions"),
            MeanAveragePrecision.Evaluate(truths, read, dataset.Classes).Map,
            MeanAveragePrecision.Evaluate(truths, read, dataset.Classes, new MapOptions(IncludeNoFinding: false)).Map);
    }

    private static async Task<string> PutAsync(IStore store, string text, string kind)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (await store.Blobs.PutAsync(content, new Dictionary<string, string> { ["kind"] = kind })).Id;
    }

    private sealed record Result(string Blob, double Map40, double Map40Findings);
}
