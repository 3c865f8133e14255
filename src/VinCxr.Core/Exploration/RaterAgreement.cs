namespace VinCxr.Core.Exploration;

/// <param name="Images">Images read, normal ones included.</param>
/// <param name="Boxes">Boxes drawn.</param>
/// <param name="AbnormalImages">Images on which the rater drew a box.</param>
public sealed record RaterCount(string Rater, int Images, int AbnormalImages, int Boxes);

/// <summary>How far two raters agree on the images that both read.</summary>
/// <param name="F1">2 x matched boxes / (boxes of A + boxes of B); null when neither drew any.</param>
/// <param name="Kappa">Cohen's kappa over all questions "is this finding on this image?"; null where chance explains all.</param>
public sealed record RaterPair(string A, string B, int Images, int BoxesA, int BoxesB, int Matched, double? F1, double? Kappa);

/// <param name="F1">As in <see cref="RaterPair"/>, over all pairs of raters of all images.</param>
/// <param name="Kappa">Fleiss' kappa of "is this finding on this image?" over images with at least two raters.</param>
public sealed record ClassAgreement(int ClassId, string ClassName, double? F1, double? Kappa);

/// <summary>Agreement of raters: on boxes (of one class, matched one to one, largest IoU first, IoU above the threshold) and on presence.</summary>
/// <param name="PerRater">Raters in natural order.</param>
/// <param name="Pairs">Pairs that share at least one image.</param>
/// <param name="NormalKappa">Fleiss' kappa of "is anything on this image?".</param>
public sealed record RaterAgreement(
    IReadOnlyList<RaterCount> PerRater, IReadOnlyList<RaterPair> Pairs, IReadOnlyList<ClassAgreement> PerClass, double? NormalKappa)
{
    internal static RaterAgreement Of(AnnotationIndex index, double iou)
    {
        int raters = index.Raters.Count, findings = index.Findings.Count;
        var perRater = new (int Images, int Abnormal, int Boxes)[raters];
        var pairs = new Tally[raters, raters];
        var classes = new Tally[findings];

        // The last one asks whether there is anything at all.
        FleissTally[] votes = [.. Enumerable.Range(0, findings + 1).Select(_ => new FleissTally(2))];
        foreach (ImageReading image in index.Images)
        {
            int[] present = [.. image.Raters];
            IndexedBox[][] drawn = [.. present.Select(rater => image.Boxes.Where(b => b.Rater == rater).ToArray())];
            var yes = new int[findings + 1];
            var sees = new bool[present.Length, findings];
            for (int r = 0; r < present.Length; r++)
            {
                int boxes = drawn[r].Length;
                foreach (IndexedBox box in drawn[r])
                {
                    yes[box.Finding] += sees[r, box.Finding] ? 0 : 1;
                    sees[r, box.Finding] = true;
                }

                yes[findings] += boxes > 0 ? 1 : 0;
                ref var counts = ref perRater[present[r]];
                counts = (counts.Images + 1, counts.Abnormal + (boxes > 0 ? 1 : 0), counts.Boxes + boxes);
            }

            for (int finding = 0; finding <= findings; finding++)
            {
                votes[finding].Add([yes[finding], present.Length - yes[finding]]);
            }

            for (int a = 0; a < present.Length; a++)
            {
                for (int b = a + 1; b < present.Length; b++)
                {
                    ref Tally pair = ref pairs[present[a], present[b]];
                    pair.Images++;
                    for (int finding = 0; finding < findings; finding++)
                    {
                        Compare(sees[a, finding], sees[b, finding], ref pair);
                        if (sees[a, finding] || sees[b, finding])
                        {
                            (int ofA, int ofB, int matched) = Match(drawn[a], drawn[b], finding, iou);
                            pair.AddBoxes(ofA, ofB, matched);
                            classes[finding].AddBoxes(ofA, ofB, matched);
                        }
                    }
                }
            }
        }

        return new(
            [.. perRater.Select((c, r) => new RaterCount(index.Raters[r], c.Images, c.Abnormal, c.Boxes))],
            [
                .. from a in Enumerable.Range(0, raters)
                   from b in Enumerable.Range(a + 1, raters - a - 1)
                   where pairs[a, b].Images > 0
                   select pairs[a, b].ToPair(index.Raters[a], index.Raters[b]),
            ],
            [.. index.Findings.Select((c, i) => new ClassAgreement(c.Id, c.Name, classes[i].F1, votes[i].Kappa))],
            votes[findings].Kappa);
    }

    private static void Compare(bool first, bool second, ref Tally tally)
    {
        tally.BothYes += first && second ? 1 : 0;
        tally.OnlyFirst += first && !second ? 1 : 0;
        tally.OnlySecond += !first && second ? 1 : 0;
        tally.BothNo += !first && !second ? 1 : 0;
    }

    private static (int OfA, int OfB, int Matched) Match(IndexedBox[] first, IndexedBox[] second, int finding, double iou)
    {
        IndexedBox[] a = [.. first.Where(x => x.Finding == finding)], b = [.. second.Where(x => x.Finding == finding)];
        var candidates = new List<(double Overlap, int A, int B)>();
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < b.Length; j++)
            {
                double overlap = a[i].Box.IoU(b[j].Box);
                if (overlap > iou)
                {
                    candidates.Add((-overlap, i, j));
                }
            }
        }

        candidates.Sort();
        var takenA = new bool[a.Length];
        var takenB = new bool[b.Length];
        int matched = 0;
        foreach ((_, int i, int j) in candidates)
        {
            if (!takenA[i] && !takenB[j])
            {
                takenA[i] = takenB[j] = true;
                matched++;
            }
        }

        return (a.Length, b.Length, matched);
    }

    private struct Tally
    {
        public int Images, BothYes, OnlyFirst, OnlySecond, BothNo;
        private int _boxesA, _boxesB, _matched;

        public readonly double? F1 => _boxesA + _boxesB == 0 ? null : 2.0 * _matched / (_boxesA + _boxesB);

        public void AddBoxes(int ofA, int ofB, int matched) => (_boxesA, _boxesB, _matched) = (_boxesA + ofA, _boxesB + ofB, _matched + matched);

        public readonly RaterPair ToPair(string a, string b) =>
            new(a, b, Images, _boxesA, _boxesB, _matched, F1, Exploration.Kappa.Cohen(BothYes, OnlyFirst, OnlySecond, BothNo));
    }
}
