using System.Runtime.InteropServices;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>Merges the predictions of several sources (models, folds, raters) image by image and class by class.</summary>
public static class BoxFusion
{
    /// <summary>
    /// Fuses the sources. Fused boxes depend neither on the order of predictions nor, for equal weights, on the order of sources:
    /// equal scores are ranked by their corners. Images are fused in parallel.
    /// </summary>
    /// <param name="sources">Predictions of each source, any order; confidences are finite.</param>
    /// <param name="passThroughClass">
    /// A class that is averaged over sources instead of fused by overlap (<i>No finding</i>), or null. Its confidence on an image is the
    /// weighted mean of each source's highest one, where a source that lacks it counts 0; nothing of it is skipped.
    /// </param>
    /// <returns>Fused predictions, ordered by image id (ordinal), then falling confidence; ties by class id, the class that passes through last.</returns>
    /// <exception cref="InvalidInputException">An option is out of range, weights do not fit the sources, or a confidence is not finite.</exception>
    public static IReadOnlyList<Prediction> Fuse(
        IReadOnlyList<IReadOnlyList<Prediction>> sources, FusionOptions options, int? passThroughClass = null)
    {
        options.Validate(sources.Count);
        if (sources.Count == 0)
        {
            return [];
        }

        double[] weights = [.. options.Weights ?? Enumerable.Repeat(1.0, sources.Count)];
        var grouped = new ImagePredictions(sources, p => p.ClassId == passThroughClass || p.Confidence > options.SkipBelow);
        var passThrough = new PassThroughClass(passThroughClass, weights);
        double[] scales = ScoreScales(options.Method, weights);
        IClassFusion fusion = FusionFor(options, weights);

        var fused = new List<Prediction>[grouped.Count];
        Parallel.For(0, fused.Length, i => fused[i] = FuseImage(grouped.ImageId(i), grouped.Of(i), scales, fusion, passThrough));
        if (options.Method == FusionMethod.PSum)
        {
            NormaliseByClass(fused, passThroughClass);
        }

        return RankAndConcatenate(fused);
    }

    private static IClassFusion FusionFor(FusionOptions options, double[] weights) => options.Method switch
    {
        FusionMethod.Wbf => new WeightedBoxesFusion(options.Iou, weights, options.AllowOverflow),
        FusionMethod.PSum => new SummedBoxesFusion(options.Iou),
        FusionMethod.Nms => new HardSuppression(options.Iou),
        FusionMethod.SoftNms => new SoftSuppression(options.Sigma, options.SkipBelow),
        FusionMethod.Nmw => new NonMaximumWeighted(options.Iou),
        _ => throw new InvalidInputException($"fusion method {options.Method} is unknown: use {string.Join(", ", Enum.GetNames<FusionMethod>())}"),
    };

    /// <summary>WBF divides by the sum of weights itself; the methods that keep a box's own confidence must stay in [0, 1].</summary>
    private static double[] ScoreScales(FusionMethod method, double[] weights) =>
        method is FusionMethod.Wbf or FusionMethod.PSum ? weights : [.. weights.Select(w => w / weights.Max())];

    /// <returns>In ascending class order, the class that passes through last.</returns>
    private static List<Prediction> FuseImage(
        string imageId, IEnumerable<(int Source, Prediction Prediction)> predictions, double[] scales, IClassFusion fusion, PassThroughClass passThrough)
    {
        List<ClassBox> boxes = [];
        foreach ((int source, Prediction prediction) in predictions)
        {
            if (prediction.ClassId != passThrough.Id)
            {
                boxes.Add(new(prediction.ClassId, new(prediction.Box, prediction.Confidence * scales[source], source)));
            }
        }

        boxes.Sort();
        List<Prediction> fused = [];
        List<FusedBox> ofClass = [];
        SourceBox[] ranked = [.. boxes.Select(b => b.Box)];
        for (int start = 0, end; start < ranked.Length; start = end)
        {
            int classId = boxes[start].ClassId;
            for (end = start + 1; end < ranked.Length && boxes[end].ClassId == classId; end++)
            {
            }

            fusion.Fuse(ranked.AsSpan(start, end - start), ofClass);
            foreach (FusedBox box in ofClass)
            {
                fused.Add(new(imageId, classId, box.Score, box.Box));
            }

            ofClass.Clear();
        }

        if (passThrough.MeanOf(imageId, predictions) is Prediction mean)
        {
            fused.Add(mean);
        }

        return fused;
    }

    private static void NormaliseByClass(List<Prediction>[] images, int? passThroughClass)
    {
        var largest = new Dictionary<int, double>();
        foreach (Prediction p in images.SelectMany(image => image))
        {
            ref double sum = ref CollectionsMarshal.GetValueRefOrAddDefault(largest, p.ClassId, out _);
            sum = Math.Max(sum, p.Confidence);
        }

        Parallel.ForEach(images, image =>
        {
            foreach (ref Prediction p in CollectionsMarshal.AsSpan(image))
            {
                p = p.ClassId == passThroughClass ? p : p with { Confidence = p.Confidence / largest[p.ClassId] };
            }
        });
    }

    private static Prediction[] RankAndConcatenate(List<Prediction>[] images)
    {
        int[] starts = new int[images.Length + 1];
        for (int i = 0; i < images.Length; i++)
        {
            starts[i + 1] = starts[i] + images[i].Count;
        }

        var all = new Prediction[starts[^1]];
        Parallel.For(0, images.Length, i =>
        {
            List<Prediction> image = images[i];
            double[] confidences = new double[image.Count];
            for (int j = 0; j < confidences.Length; j++)
            {
                confidences[j] = image[j].Confidence;
            }

            int next = starts[i];
            foreach (int j in Ranking.Descending(confidences))
            {
                all[next++] = image[j];
            }
        });
        return all;
    }

    /// <summary>Sorts by class, then from the highest score down, then by corners.</summary>
    private readonly record struct ClassBox(int ClassId, SourceBox Box) : IComparable<ClassBox>
    {
        public int CompareTo(ClassBox other)
        {
            int byClass = ClassId.CompareTo(other.ClassId);
            if (byClass != 0)
            {
                return byClass;
            }

            int byScore = other.Box.Score.CompareTo(Box.Score);
            if (byScore != 0)
            {
                return byScore;
            }

            (Box a, Box b) = (Box.Box, other.Box.Box);
            return (a.XMin, a.YMin, a.XMax, a.YMax).CompareTo((b.XMin, b.YMin, b.XMax, b.YMax));
        }
    }
}
