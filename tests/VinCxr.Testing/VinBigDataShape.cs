using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Exploration;
using VinCxr.Data.Annotations;

namespace VinCxr.Testing;

/// <summary>
/// Invented annotations with the counts of the real VinBigData training set: 67,914 rows, classes, raters and overlaps as published.
/// What the counts leave open (which findings go together, where boxes lie) is drawn at random.
/// </summary>
public sealed class VinBigDataShape
{
    public const int NormalImages = 10_606;
    public const int AbnormalImages = 4_394;
    public const int OverlappingImages = 4_352;
    public const int Boxes = 36_096;
    public const int MostBoxesOnAnImage = 57;
    public const int MainRaterImages = 5_501;
    public const int MainRaterBoxes = 34_462;

    private const int Primary = 0, Secondary = 11;
    private const int QuietImages = AbnormalImages - OverlappingImages;
    private const int RatersPerImage = 3, Raters = 17;
    private static readonly int[] MainRaters = [8, 9, 10];

    private readonly Random _random;
    private readonly int[,] _boxesOf = new int[AbnormalImages, ClassList.VinBigData.Findings.Count];

    private VinBigDataShape(int seed)
    {
        _random = new(seed);
        DealClasses();
        DealBoxes();
        Images = [.. Enumerable.Range(0, NormalImages + AbnormalImages).Select(_ => NewImage())];
        Rows = Draw();
    }

    /// <summary>Boxes and images of each finding, by class id.</summary>
    public static IReadOnlyList<(int Boxes, int Images)> PerClass { get; } =
    [
        (7162, 3067), (279, 186), (960, 452), (5427, 2300), (556, 353), (1000, 386), (1247, 613),
        (2483, 1322), (2580, 826), (2203, 1134), (2476, 1032), (4842, 1981), (226, 96), (4655, 1617),
    ];

    /// <summary>In random order, as the rows of the real file are.</summary>
    public IReadOnlyList<Annotation> Rows { get; }

    /// <summary>Sizes within the range of the real set; sex and age with every kind of gap.</summary>
    public IReadOnlyList<ImageProfile> Images { get; }

    public static VinBigDataShape Create(int seed = 1) => new(seed);

    public void WriteCsv(string path)
    {
        using var text = new StreamWriter(path);
        AnnotationCsv.Write(text, ClassList.VinBigData, Rows);
    }

    /// <summary>Images 0..3066 have the commonest class, the rest the second one; the last 42 have nothing else and will not overlap.</summary>
    private void DealClasses()
    {
        int firstOfSecond = PerClass[Primary].Images;
        for (int c = 0; c < PerClass.Count; c++)
        {
            int images = PerClass[c].Images;
            int[] chosen = c switch
            {
                Primary => [.. Enumerable.Range(0, images)],
                Secondary => [.. Enumerable.Range(firstOfSecond, AbnormalImages - firstOfSecond), .. Sample(firstOfSecond, images - (AbnormalImages - firstOfSecond))],
                _ => Sample(OverlappingImages, images),
            };
            foreach (int image in chosen)
            {
                _boxesOf[image, c] = 1;
            }
        }
    }

    /// <summary>At least three boxes on each image, two of them of its main class; then the rest at random.</summary>
    private void DealBoxes()
    {
        for (int image = 0; image < AbnormalImages; image++)
        {
            int main = MainClass(image);
            _boxesOf[image, main] = Count(image) == 1 ? RatersPerImage : 2;
        }

        for (int c = PerClass.Count - 1; c >= 0; c--)
        {
            int[] carriers = [.. Enumerable.Range(0, OverlappingImages).Where(i => _boxesOf[i, c] > 0)];
            int left = PerClass[c].Boxes - Enumerable.Range(0, AbnormalImages).Sum(i => _boxesOf[i, c]);
            if (c == Primary)
            {
                int extra = MostBoxesOnAnImage - Count(0);
                _boxesOf[0, c] += extra;
                left -= extra;
            }

            while (left > 0)
            {
                int image = carriers[_random.Next(carriers.Length)];
                if (Count(image) < MostBoxesOnAnImage)
                {
                    _boxesOf[image, c]++;
                    left--;
                }
            }
        }
    }

    private Annotation[] Draw()
    {
        HashSet<int> elsewhere = ImagesOfOtherRaters();
        List<Annotation> rows = [];
        int mainImages = 0;
        for (int image = 0; image < AbnormalImages; image++)
        {
            int[] raters = elsewhere.Contains(image) ? OtherRaters() : MainRaters;
            mainImages += raters == MainRaters ? 1 : 0;
            rows.AddRange(DrawBoxes(image).Select((b, i) => new Annotation(Images[image].ImageId, b.ClassId, $"R{raters[i % RatersPerImage]}", b.Box)));
        }

        for (int image = AbnormalImages; image < Images.Count; image++)
        {
            int[] raters = mainImages++ < MainRaterImages ? MainRaters : OtherRaters();
            rows.AddRange(raters.Select(r => new Annotation(Images[image].ImageId, ClassList.VinBigData.NoFindingId!.Value, $"R{r}", null)));
        }

        Annotation[] shuffled = [.. rows];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>Main class first, so that the first three boxes are by three raters and, but for quiet images, the first two overlap.</summary>
    private IEnumerable<(int ClassId, Box Box)> DrawBoxes(int image)
    {
        int main = MainClass(image);
        bool quiet = image >= OverlappingImages;
        foreach (int c in Enumerable.Range(0, PerClass.Count).OrderBy(c => c == main ? 0 : 1))
        {
            int width = Images[image].Width, height = Images[image].Height;
            int w = (int)(width * (0.06 + (0.02 * c) + (0.05 * _random.NextDouble()))), h = (int)(height * (0.05 + (0.015 * c) + (0.06 * _random.NextDouble())));
            int left = (int)(width * (0.08 + (0.03 * c) + (0.1 * _random.NextDouble()))), top = (int)(height * (0.1 + (0.04 * c % 0.4) + (0.1 * _random.NextDouble())));
            for (int box = 0; box < _boxesOf[image, c]; box++)
            {
                int x, y;
                if (quiet)
                {
                    // Side by side, a gap between.
                    (w, x, y) = (width / 5, (width / 20) + (box * width / 4), top);
                }
                else
                {
                    (x, y) = (left + (int)(0.05 * w * _random.NextDouble()), top + (int)(0.05 * h * _random.NextDouble()));
                }

                yield return (c, new(x, y, Math.Min(x + w, width), Math.Min(y + h, height)));
            }
        }
    }

    /// <summary>Images whose boxes are those that the three main raters did not draw; quiet images (three boxes) make the sum come out.</summary>
    private HashSet<int> ImagesOfOtherRaters()
    {
        int left = Boxes - MainRaterBoxes;
        HashSet<int> chosen = [];
        foreach (int image in Sample(OverlappingImages, OverlappingImages))
        {
            if (left % RatersPerImage == 0 && left / RatersPerImage <= QuietImages)
            {
                chosen.UnionWith(Enumerable.Range(OverlappingImages, left / RatersPerImage));
                return chosen;
            }

            if (Count(image) <= left)
            {
                chosen.Add(image);
                left -= Count(image);
            }
        }

        throw new InvalidOperationException("no set of images has as many boxes as wanted; choose another seed");
    }

    private int[] OtherRaters()
    {
        int[] others = [.. Enumerable.Range(1, Raters).Except(MainRaters)];
        return [.. Sample(others.Length, RatersPerImage).Select(i => others[i])];
    }

    private ImageProfile NewImage()
    {
        Span<byte> id = stackalloc byte[16];
        _random.NextBytes(id);
        string sex = _random.Next(10) switch { < 4 => "M", < 7 => "F", 7 => "O", _ => "" };
        string age = _random.Next(10) switch { < 6 => $"{20 + _random.Next(70):D3}Y", 6 => "Y", 7 => "000Y", 8 => "238Y", _ => "" };
        return new(Convert.ToHexStringLower(id), 823 + _random.Next(3320 - 823 + 1), 927 + _random.Next(3408 - 927 + 1), sex, age);
    }

    private static int MainClass(int image) => image < PerClass[Primary].Images ? Primary : Secondary;

    private int Count(int image)
    {
        int count = 0;
        for (int c = 0; c < PerClass.Count; c++)
        {
            count += _boxesOf[image, c];
        }

        return count;
    }

    private int[] Sample(int below, int count)
    {
        int[] all = [.. Enumerable.Range(0, below)];
        _random.Shuffle(all);
        return all[..count];
    }
}
