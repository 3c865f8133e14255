using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Data.Csv;

namespace VinCxr.Data.Predictions;

/// <summary>
/// Prediction files, told apart by their header: Kaggle (<c>image_id,PredictionString</c> with <c>class conf xmin ymin xmax ymax</c> groups)
/// and long (<c>image_id,class_id,confidence,x_min,y_min,x_max,y_max</c>).
/// </summary>
public static class PredictionCsv
{
    private const int ErrorsInFull = 20, HeaderQuoted = 100;
    private const string KaggleColumn = "PredictionString";

    private static readonly string[] LongColumns = ["image_id", "class_id", "confidence", "x_min", "y_min", "x_max", "y_max"];

    /// <exception cref="InvalidInputException">Missing file, unknown header, or bad rows (all counted, at most 20 in full).</exception>
    public static IReadOnlyList<Prediction> Read(string path)
    {
        using StreamReader text = CsvTable.OpenFile(path);
        return Read(text, Path.GetFileName(path));
    }

    /// <param name="name">File name for messages.</param>
    /// <exception cref="InvalidInputException">Unknown header, or bad rows (all counted, at most 20 in full).</exception>
    public static IReadOnlyList<Prediction> Read(TextReader text, string name)
    {
        using CsvTable table = CsvTable.Open(text, name);
        var predictions = new List<Prediction>();
        var errors = new List<string>();
        if (table.Columns.Contains(KaggleColumn, StringComparer.OrdinalIgnoreCase))
        {
            ReadKaggle(table, predictions, errors);
        }
        else if (table.Columns.Contains("confidence", StringComparer.OrdinalIgnoreCase))
        {
            ReadLong(table, predictions, errors);
        }
        else
        {
            string header = string.Join(',', table.Columns);
            string shown = header.Length <= HeaderQuoted ? header : header[..HeaderQuoted] + "...";
            throw new InvalidInputException(
                $"{name}: unknown header '{shown}'; allowed are 'image_id,{KaggleColumn}' and '{string.Join(',', LongColumns)}'");
        }

        return errors.Count switch
        {
            0 => predictions,
            <= ErrorsInFull => throw new InvalidInputException(name, errors),
            _ => throw new InvalidInputException($"{name}, the first {ErrorsInFull} of {errors.Count}", errors[..ErrorsInFull]),
        };
    }

    /// <summary>Long form; coordinates with 2 decimals, confidences with 6.</summary>
    public static void WriteLong(TextWriter text, IEnumerable<Prediction> predictions)
    {
        text.Write(string.Join(',', LongColumns) + "\n");
        foreach (Prediction p in predictions)
        {
            Box b = p.Box;
            text.Write(FormattableString.Invariant(
                $"{CsvTable.Quote(p.ImageId)},{p.ClassId},{p.Confidence:0.######},{b.XMin:0.##},{b.YMin:0.##},{b.XMax:0.##},{b.YMax:0.##}\n"));
        }
    }

    /// <summary>Kaggle form: one row per image id of <paramref name="imageIds"/>; an image without predictions gets <c>14 1 0 0 1 1</c> (the No finding id).</summary>
    /// <exception cref="InvalidInputException">A prediction is of an image that is not among the ids.</exception>
    public static void WriteKaggle(TextWriter text, IEnumerable<string> imageIds, IEnumerable<Prediction> predictions, int noFindingId = 14)
    {
        var byImage = predictions.GroupBy(p => p.ImageId).ToDictionary(g => g.Key, g => g.ToList());
        text.Write($"image_id,{KaggleColumn}\n");
        foreach (string id in imageIds)
        {
            string groups = byImage.Remove(id, out List<Prediction>? found) ? string.Join(' ', found.Select(Group)) : $"{noFindingId} 1 0 0 1 1";
            text.Write($"{CsvTable.Quote(id)},{groups}\n");
        }

        if (byImage.Count > 0)
        {
            throw new InvalidInputException($"predictions of {byImage.Count} images that are not in the list of images, for example '{byImage.Keys.First()}'");
        }

        static string Group(Prediction p) => FormattableString.Invariant(
            $"{p.ClassId} {p.Confidence:0.######} {p.Box.XMin:0.##} {p.Box.YMin:0.##} {p.Box.XMax:0.##} {p.Box.YMax:0.##}");
    }

    private static void ReadLong(CsvTable table, List<Prediction> predictions, List<string> errors)
    {
        int[] columns = table.Require(LongColumns);
        while (table.Read())
        {
            ReadOnlySpan<char> image = table.Field(columns[0]);
            string? error = table.FieldCount != table.Columns.Count ? $"{table.FieldCount} fields where the header has {table.Columns.Count}"
                : image.IsEmpty ? "image_id is empty"
                : null;
            if (error is null)
            {
                var group = new FieldGroup(
                    table.Field(columns[1]), table.Field(columns[2]), table.Field(columns[3]), table.Field(columns[4]), table.Field(columns[5]), table.Field(columns[6]));
                error = group.Parse(image.ToString(), out Prediction prediction);
                if (error is null)
                {
                    predictions.Add(prediction);
                    continue;
                }
            }

            errors.Add($"line {table.Line}: {error}");
        }
    }

    private static void ReadKaggle(CsvTable table, List<Prediction> predictions, List<string> errors)
    {
        int[] columns = table.Require("image_id", KaggleColumn);
        while (table.Read())
        {
            string image = table.Field(columns[0]).ToString();
            ReadOnlySpan<char> text = table.Field(columns[1]);
            var ranges = new List<Range>();
            foreach (Range range in text.SplitAny(' ', '\t'))
            {
                if (!text[range].IsEmpty)
                {
                    ranges.Add(range);
                }
            }

            string? error = table.FieldCount != table.Columns.Count ? $"{table.FieldCount} fields where the header has {table.Columns.Count}"
                : image.Length == 0 ? "image_id is empty"
                : ranges.Count % 6 != 0 ? $"PredictionString has {ranges.Count} values, not a multiple of 6 (class confidence x_min y_min x_max y_max)"
                : null;
            for (int i = 0; error is null && i < ranges.Count; i += 6)
            {
                var group = new FieldGroup(
                    text[ranges[i]], text[ranges[i + 1]], text[ranges[i + 2]], text[ranges[i + 3]], text[ranges[i + 4]], text[ranges[i + 5]]);
                error = group.Parse(image, out Prediction prediction);
                predictions.Add(prediction);
            }

            if (error is not null)
            {
                errors.Add($"line {table.Line}: {error}");
            }
        }
    }

    /// <summary>The six values of one prediction as text.</summary>
    private readonly ref struct FieldGroup(
        ReadOnlySpan<char> classId, ReadOnlySpan<char> confidence, ReadOnlySpan<char> xMin, ReadOnlySpan<char> yMin, ReadOnlySpan<char> xMax, ReadOnlySpan<char> yMax)
    {
        private readonly ReadOnlySpan<char> _classId = classId;
        private readonly ReadOnlySpan<char> _confidence = confidence;
        private readonly ReadOnlySpan<char> _xMin = xMin;
        private readonly ReadOnlySpan<char> _yMin = yMin;
        private readonly ReadOnlySpan<char> _xMax = xMax;
        private readonly ReadOnlySpan<char> _yMax = yMax;

        /// <returns>What is wrong, or null.</returns>
        public string? Parse(string image, out Prediction prediction)
        {
            prediction = default;
            if (!CsvTable.TryId(_classId, out int id))
            {
                return $"class_id '{_classId}' is not an integer of at least 0";
            }

            if (!CsvTable.TryNumber(_confidence, out double score) || score is < 0 or > 1)
            {
                return $"confidence '{_confidence}' is not a number between 0 and 1";
            }

            if (!CsvTable.TryNumber(_xMin, out double x0) || !CsvTable.TryNumber(_yMin, out double y0)
                || !CsvTable.TryNumber(_xMax, out double x1) || !CsvTable.TryNumber(_yMax, out double y1))
            {
                return $"box '{_xMin} {_yMin} {_xMax} {_yMax}' has a coordinate that is not a finite number";
            }

            // A box of no area is only useless; one whose corners are swapped says that the columns are not what they seem.
            if (x1 < x0 || y1 < y0)
            {
                return $"box '{_xMin} {_yMin} {_xMax} {_yMax}' is inverted; write x_min y_min x_max y_max";
            }

            prediction = new Prediction(image, id, score, new Box(x0, y0, x1, y1));
            return null;
        }
    }
}
