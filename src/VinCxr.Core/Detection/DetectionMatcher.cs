using System.Runtime.InteropServices;
using VinCxr.Core.Annotations;

namespace VinCxr.Core.Detection;

/// <summary>Decides, class by class, which detections are true; the shared first half of mAP and its bootstrap.</summary>
internal static class DetectionMatcher
{
    private const int None = -1;

    /// <returns>One entry per class of <paramref name="classes"/> and per further class that occurs, in ascending id order.</returns>
    public static IReadOnlyList<ClassMatches> Match(
        IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions options, ImageIndex images)
    {
        if (!(options.Iou > 0 && options.Iou <= 1))
        {
            throw new InvalidInputException($"IoU threshold {options.Iou} is out of range: give a number above 0 and at most 1");
        }

        int? excluded = options.IncludeNoFinding ? null : classes.NoFindingId;
        var byClass = classes.Classes.Where(c => c.Id != excluded).ToDictionary(c => c.Id, _ => new ClassItems());
        for (int i = 0; i < truths.Count; i++)
        {
            GroundTruth truth = truths[i];
            if (truth.ClassId != excluded)
            {
                ItemsOf(byClass, truth.ClassId).Add(images.Of(truth.ImageId), truth.Box, i);
            }
        }

        for (int i = 0; i < predictions.Count; i++)
        {
            Prediction prediction = predictions[i];
            if (double.IsNaN(prediction.Confidence))
            {
                throw new InvalidInputException(
                    $"confidence NaN of class {prediction.ClassId} on image '{prediction.ImageId}' cannot be ranked: give a number from 0 to 1");
            }

            if (prediction.ClassId != excluded)
            {
                ItemsOf(byClass, prediction.ClassId).Add(images.Of(prediction.ImageId), prediction.Confidence, i);
            }
        }

        return [.. byClass.OrderBy(c => c.Key).Select(c => c.Value.Match(new(c.Key, classes.NameOf(c.Key)), predictions, options))];
    }

    private static ClassItems ItemsOf(Dictionary<int, ClassItems> byClass, int classId) =>
        CollectionsMarshal.GetValueRefOrAddDefault(byClass, classId, out _) ??= new();

    private sealed class ImageTruths
    {
        public List<Box> Boxes { get; } = [];

        /// <summary>Place of each box among the truths of its class.</summary>
        public List<int> Places { get; } = [];

        public List<bool> Claimed { get; } = [];
    }

    /// <summary>Truths and detections of one class, grouped once.</summary>
    private sealed class ClassItems
    {
        private readonly Dictionary<int, ImageTruths> _truths = [];
        private readonly List<int> _truthImages = [];
        private readonly List<int> _truthItems = [];
        private readonly List<double> _confidences = [];
        private readonly List<int> _images = [];
        private readonly List<int> _predictions = [];

        public void Add(int image, in Box truth, int item)
        {
            ImageTruths ofImage = CollectionsMarshal.GetValueRefOrAddDefault(_truths, image, out _) ??= new();
            ofImage.Boxes.Add(truth);
            ofImage.Places.Add(_truthImages.Count);
            ofImage.Claimed.Add(false);
            _truthImages.Add(image);
            _truthItems.Add(item);
        }

        public void Add(int image, double confidence, int prediction)
        {
            _images.Add(image);
            _confidences.Add(confidence);
            _predictions.Add(prediction);
        }

        public ClassMatches Match(LabelClass labelClass, IReadOnlyList<Prediction> predictions, MapOptions options)
        {
            int[] order = Ranking.Descending(CollectionsMarshal.AsSpan(_confidences));
            double[] confidence = new double[order.Length];
            int[] image = new int[order.Length];
            int[] items = new int[order.Length];
            int[] claim = new int[order.Length];
            for (int rank = 0; rank < order.Length; rank++)
            {
                int item = order[rank];
                confidence[rank] = _confidences[item];
                image[rank] = _images[item];
                items[rank] = _predictions[item];
                claim[rank] = _truths.TryGetValue(image[rank], out ImageTruths? truths) ? Claim(truths, predictions[items[rank]].Box, options) : None;
            }

            return new(labelClass, confidence, image, items, claim, [.. _truthImages], [.. _truthItems]);
        }

        /// <returns>The place of the truth that is taken now, or <see cref="None"/>.</returns>
        private static int Claim(ImageTruths truths, in Box box, MapOptions options)
        {
            int best = -1;
            double bestIou = 0;
            for (int i = 0; i < truths.Boxes.Count; i++)
            {
                if (options.Match == MatchRule.Coco && truths.Claimed[i])
                {
                    continue;
                }

                double iou = box.IoU(truths.Boxes[i]);
                if (iou > bestIou)
                {
                    best = i;
                    bestIou = iou;
                }
            }

            bool overlaps = options.InclusiveIou ? bestIou >= options.Iou : bestIou > options.Iou;
            if (best < 0 || !overlaps || truths.Claimed[best])
            {
                return None;
            }

            truths.Claimed[best] = true;
            return truths.Places[best];
        }
    }
}
