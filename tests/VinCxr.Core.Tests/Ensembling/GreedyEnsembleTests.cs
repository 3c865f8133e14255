using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Core.Ensembling;
using VinCxr.Core.Fusion;
using VinCxr.Core.Tests.Detection;

namespace VinCxr.Core.Tests.Ensembling;

public sealed class GreedyEnsembleTests
{
    private const double Tolerance = 1e-12;

    private static readonly FusionOptions Wbf = new(FusionMethod.Wbf);
    private static readonly Box Here = new(0, 0, 10, 10);
    private static readonly Box There = new(50, 0, 60, 10);

    /// <summary>Eight images in two folds, a finding at one place on each.</summary>
    private static readonly GroundTruth[] Truths = [.. Enumerable.Range(0, 8).Select(i => new GroundTruth($"image{i}", 0, Here))];

    private static readonly Dictionary<string, int> Folds = Enumerable.Range(0, 8).ToDictionary(i => $"image{i}", i => i % 2);

    [Fact]
    public void One_candidate_is_its_own_ensemble()
    {
        EnsembleCandidate only = Candidate("only", Found(0, 0.9), Found(1, 0.9), new("image2", 0, 0.8, There));
        EnsembleResult result = Select(8, only);
        Assert.Equal(["only"], result.Members);
        Assert.Equal(only.Predictions, result.Fused);

        // One of four truths found in each fold, ranked first.
        Assert.Equal(0.25, result.Map40, Tolerance);
        Assert.Equal(0.25, result.NestedMap40!.Value, Tolerance);
    }

    [Fact]
    public void Members_that_complete_each_other_are_chosen_and_a_bad_one_is_not()
    {
        // a finds images 0-3, b finds images 4-7, c only sees things where nothing is.
        EnsembleCandidate a = Candidate("a", [.. Enumerable.Range(0, 4).Select(i => Found(i, 0.9))]);
        EnsembleCandidate b = Candidate("b", [.. Enumerable.Range(4, 4).Select(i => Found(i, 0.9))]);
        EnsembleCandidate c = Candidate("c", [.. Enumerable.Range(0, 8).Select(i => new Prediction($"image{i}", 0, 0.99, There))]);
        EnsembleResult result = Select(8, c, a, b);
        Assert.Equal(["a", "b"], result.Members);
        Assert.Equal(1, result.Map40, Tolerance);
        Assert.Equal(1, result.NestedMap40!.Value, Tolerance);
        Assert.Equal(8, result.Fused.Count);
    }

    [Fact]
    public void A_strong_member_is_chosen_again_where_that_helps()
    {
        // Per fold, a has two hits at 0.9; b has the two others at 0.9 and a false box at 0.95.
        // [a] scores 2/4. [b] has its false box first: 2/4 * 2/3. [a, b]: false box 0.475, then four hits at 0.45: 4/5.
        // [a, b, a]: hits of a at 0.6, false box 0.317, hits of b at 0.3: (2 + 2 * 4/5) / 4 = 0.9. Nothing moves after that.
        EnsembleCandidate a = Candidate("a", [.. Enumerable.Range(0, 4).Select(i => Found(i, 0.9))]);
        EnsembleCandidate b = Candidate(
            "b", [.. Enumerable.Range(4, 4).Select(i => Found(i, 0.9)), new("image0", 0, 0.95, There), new("image1", 0, 0.95, There)]);
        EnsembleResult result = Select(8, a, b);
        Assert.Equal(["a", "b", "a"], result.Members);
        Assert.Equal(0.9, result.Map40, Tolerance);
        Assert.Equal(["a", "b"], Select(2, a, b).Members);
    }

    [Fact]
    public void Score_is_the_mean_over_folds_not_over_all_images()
    {
        // Fold 0 perfect, fold 1 has a strong false box first: AP (1/2 + 2/3 + 3/4 + 4/5 under the envelope = 4/5). Pooled it would differ.
        EnsembleCandidate candidate = Candidate("a", [.. Enumerable.Range(0, 8).Select(i => Found(i, 0.5)), new("image1", 0, 0.9, There)]);
        Assert.Equal((1 + 0.8) / 2, Select(3, candidate).Map40, Tolerance);
    }

    [Fact]
    public void Nested_estimate_is_scored_on_folds_the_selection_did_not_see()
    {
        // a is perfect on fold 0 and finds nothing on fold 1, b the other way round.
        // Held-out fold 0: chosen on fold 1 is b, which scores 0 on fold 0. Held-out fold 1: chosen on fold 0 is a, 0 on fold 1.
        EnsembleCandidate a = Candidate("a", [.. Enumerable.Range(0, 8).Where(i => i % 2 == 0).Select(i => Found(i, 0.9))]);
        EnsembleCandidate b = Candidate("b", [.. Enumerable.Range(0, 8).Where(i => i % 2 == 1).Select(i => Found(i, 0.5))]);
        EnsembleResult result = Select(1, a, b);
        Assert.Equal(0.5, result.Map40, Tolerance);
        Assert.Equal(0, result.NestedMap40!.Value, Tolerance);
    }

    [Fact]
    public void One_fold_has_no_nested_estimate()
    {
        EnsembleResult result = GreedyEnsemble.Select(
            [Candidate("a", Found(0, 0.9))], Truths, DetectionGen.Classes, Folds.ToDictionary(f => f.Key, _ => 3), Wbf, 2);
        Assert.Null(result.NestedMap40);
    }

    [Fact]
    public void Fusing_members_weighs_repeated_ones_and_averages_no_finding()
    {
        var predictions = new Dictionary<string, IReadOnlyList<Prediction>>
        {
            ["a"] = [Found(0, 0.9), new("image0", 2, 0.6, Box.NoFinding)],
            ["b"] = [Found(0, 0.3)],
        };
        IReadOnlyList<Prediction> fused = GreedyEnsemble.Fuse(["a", "b", "a"], predictions, Wbf, DetectionGen.Classes);

        // (2 * 0.9 + 0.3) / 3 and (2 * 0.6 + 0) / 3.
        Assert.Equal(0.7, fused[0].Confidence, Tolerance);
        Assert.Equal((2, 0.4), (fused[1].ClassId, Math.Round(fused[1].Confidence, 12)));

        var missing = Assert.Throws<NotFoundException>(() => GreedyEnsemble.Fuse(["a", "z"], predictions, Wbf, DetectionGen.Classes));
        Assert.Contains("'z'", missing.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => GreedyEnsemble.Fuse([], predictions, Wbf, DetectionGen.Classes));
    }

    /// <summary>Never worse than the best candidate alone, and the reported score is that of the reported members, worked out afresh.</summary>
    [Fact]
    public void Beats_or_equals_the_best_candidate_and_reports_what_it_scored() => Properties.Hold(
        Gen.Select(DetectionGen.Truths, DetectionGen.Predictions.Array[1, 4], Gen.Int[1, 4], Gen.Int[0, 4].Select(m => new FusionOptions((FusionMethod)m))),
        problem =>
        {
            (GroundTruth[] truths, Prediction[][] predictions, int maxMembers, FusionOptions fusion) = problem;
            var folds = new Dictionary<string, int> { ["image0"] = 0, ["image1"] = 1 };
            EnsembleCandidate[] candidates = [.. predictions.Select((p, i) => new EnsembleCandidate($"v{i}", p))];
            EnsembleResult result = GreedyEnsemble.Select(candidates, truths, DetectionGen.Classes, folds, fusion, maxMembers);

            Assert.InRange(result.Members.Count, 1, maxMembers);
            Assert.True(result.Map40 >= candidates.Max(c => MeanOverFolds(truths, c.Predictions)) - Tolerance);
            Assert.Equal(MeanOverFolds(truths, result.Fused), result.Map40, fusion.Method == FusionMethod.PSum ? 1e-6 : Tolerance);
        },
        iter: 300);

    [Fact]
    public void Bad_input_is_reported_all_at_once()
    {
        var error = Assert.Throws<InvalidInputException>(() => GreedyEnsemble.Select(
            [Candidate("a"), Candidate("a")], Truths, DetectionGen.Classes, Folds, Wbf with { Weights = [1, 1] }, 0));
        Assert.Equal(3, error.Errors.Count);
        Assert.Contains("'a' is listed 2 times", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => Select(3));
        Assert.Throws<InvalidInputException>(() => GreedyEnsemble.Select(
            [Candidate("a")], Truths, DetectionGen.Classes, Folds, Wbf with { Iou = 2 }, 3));
    }

    private static double MeanOverFolds(GroundTruth[] truths, IReadOnlyList<Prediction> predictions) => truths
        .GroupBy(t => t.ImageId)
        .Select(fold => MeanAveragePrecision
            .Evaluate([.. fold], [.. predictions.Where(p => p.ImageId == fold.Key)], DetectionGen.Classes).Map)
        .DefaultIfEmpty()
        .Average();

    private static EnsembleResult Select(int maxMembers, params EnsembleCandidate[] candidates) =>
        GreedyEnsemble.Select(candidates, Truths, DetectionGen.Classes, Folds, Wbf, maxMembers);

    private static EnsembleCandidate Candidate(string id, params Prediction[] predictions) => new(id, predictions);

    private static Prediction Found(int image, double confidence) => new($"image{image}", 0, confidence, Here);
}
