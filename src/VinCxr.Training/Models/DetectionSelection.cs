using TorchSharp;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Models;

/// <summary>From all predictions of a batch to the few that are kept: threshold, class-wise NMS, caps.</summary>
internal static class DetectionSelection
{
    /// <param name="boxes"><c>[B, P, 4]</c> as x1, y1, x2, y2 in input pixels.</param>
    /// <param name="confidences"><c>[B, P, classes]</c> in [0, 1]; every class of a box is a candidate of its own.</param>
    /// <param name="height">Input height in pixels, to which boxes are clipped.</param>
    /// <param name="width">Input width in pixels.</param>
    public static IReadOnlyList<DetectionSet> Select(Tensor boxes, Tensor confidences, long height, long width, PredictOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        (int batch, long classes) = ((int)confidences.shape[0], confidences.shape[2]);
        Tensor flat = confidences.view(batch, -1);
        int candidates = (int)Math.Min(options.MaxCandidates, flat.shape[1]);
        (Tensor best, Tensor places) = flat.topk(candidates, 1);
        Tensor owners = places.div(Scalars.Of(classes), RoundingMode.floor).unsqueeze(-1).expand(-1, -1, 4);
        float[] scores = best.cpu().data<float>().ToArray();
        long[] pairs = places.cpu().data<long>().ToArray();
        float[] corners = boxes.gather(1, owners).cpu().data<float>().ToArray();

        return [.. Enumerable.Range(0, batch).Select(image =>
        {
            var found = new List<Detection>();
            for (int i = image * candidates; i < (image + 1) * candidates && scores[i] >= options.MinConfidence; i++)
            {
                Box box = new(
                    Math.Clamp(corners[4 * i], 0, width),
                    Math.Clamp(corners[(4 * i) + 1], 0, height),
                    Math.Clamp(corners[(4 * i) + 2], 0, width),
                    Math.Clamp(corners[(4 * i) + 3], 0, height));
                if (box.IsValid)
                    found.Add(new Detection(box, scores[i], (int)(pairs[i] % classes)));
            }

            return Suppress(found, options);
        })];
    }

    private static DetectionSet Suppress(List<Detection> found, PredictOptions options)
    {
        Detection[] kept = [.. found
            .GroupBy(d => d.ClassId)
            .SelectMany(group => KeepOf([.. group], options.NmsIou))
            .OrderByDescending(d => d.Confidence).ThenBy(d => d.ClassId)
            .Take(options.MaxDetections)];
        return new DetectionSet([.. kept.Select(d => d.Box)], [.. kept.Select(d => d.Confidence)], [.. kept.Select(d => d.ClassId)]);
    }

    private static IEnumerable<Detection> KeepOf(Detection[] detections, double iou)
    {
        Box[] boxes = [.. detections.Select(d => d.Box)];
        double[] scores = [.. detections.Select(d => d.Confidence)];
        return NonMaximumSuppression.Keep(boxes, scores, iou).Select(index => detections[index]);
    }

    private readonly record struct Detection(Box Box, double Confidence, int ClassId);
}
