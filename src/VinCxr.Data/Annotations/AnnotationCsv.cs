using System.Diagnostics.CodeAnalysis;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Csv;

namespace VinCxr.Data.Annotations;

/// <param name="Line">1-based line in the file.</param>
public sealed record RowError(int Line, string Message);

/// <param name="Errors">Rows left out, each with its reason.</param>
/// <param name="Lines">1-based line of each annotation, same length.</param>
public sealed record AnnotationFile(
    ClassList Classes, IReadOnlyList<Annotation> Annotations, IReadOnlyList<RowError> Errors, IReadOnlyList<int> Lines);

/// <summary>VinBigData annotation files: <c>image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max</c>, column order free.</summary>
public static class AnnotationCsv
{
    private const string NoFindingName = "No finding";

    private static readonly string[] ColumnNames = ["image_id", "class_name", "class_id", "rad_id", "x_min", "y_min", "x_max", "y_max"];

    /// <summary>Reads the file; the class list comes from the rows (<i>No finding</i> = the class named so, in any case).</summary>
    /// <param name="mostErrors">Bad rows after which the rest is not read; 0 for any number.</param>
    /// <exception cref="InvalidInputException">Missing file or column; not CSV; too many bad rows.</exception>
    public static AnnotationFile Read(string path, int mostErrors = 0)
    {
        using StreamReader text = CsvTable.OpenFile(path);
        return Read(text, Path.GetFileName(path), mostErrors);
    }

    /// <param name="name">File name for messages.</param>
    /// <param name="mostErrors">Bad rows after which the rest is not read; 0 for any number.</param>
    /// <exception cref="InvalidInputException">Missing column; not CSV; too many bad rows.</exception>
    public static AnnotationFile Read(TextReader text, string name, int mostErrors = 0)
    {
        using CsvTable table = CsvTable.Open(text, name);
        int[] columns = table.Require(ColumnNames);
        var rows = new RowParser(table, columns);
        var annotations = new List<Annotation>();
        var errors = new List<RowError>();
        var lines = new List<int>();
        while (table.Read())
        {
            if (rows.TryParse(out Annotation annotation, out string? error))
            {
                annotations.Add(annotation);
                lines.Add(table.Line);
            }
            else
            {
                errors.Add(new RowError(table.Line, error));
                if (errors.Count == mostErrors)
                {
                    throw TooManyErrors(name, errors);
                }
            }
        }

        return new AnnotationFile(rows.Classes, annotations, errors, lines);
    }

    internal static InvalidInputException TooManyErrors(string name, IReadOnlyList<RowError> errors)
    {
        const int Shown = 10;
        string[] first = [.. errors.OrderBy(e => e.Line).Take(Shown).Select(e => $"line {e.Line}: {e.Message}")];
        return new InvalidInputException($"annotations '{name}'", [$"{errors.Count} rows cannot be used, the rest was not read; the first are", .. first]);
    }

    /// <summary>Writes rows that <see cref="Read(TextReader, string, int)"/> gives back unchanged; <i>No finding</i> rows have empty boxes.</summary>
    /// <exception cref="ArgumentException">A finding without a box, or a <i>No finding</i> row with one.</exception>
    public static void Write(TextWriter text, ClassList classes, IEnumerable<Annotation> annotations)
    {
        text.Write(string.Join(',', ColumnNames) + "\n");
        foreach (Annotation row in annotations)
        {
            if (row.Box is null != (row.ClassId == classes.NoFindingId))
            {
                throw new ArgumentException($"image '{row.ImageId}', class {row.ClassId}: a finding has a box and 'No finding' has none", nameof(annotations));
            }

            string box = row.Box is { } b ? FormattableString.Invariant($"{b.XMin},{b.YMin},{b.XMax},{b.YMax}") : ",,,";
            string image = CsvTable.Quote(row.ImageId);
            text.Write($"{image},{CsvTable.Quote(classes.NameOf(row.ClassId))},{row.ClassId},{CsvTable.Quote(row.RaterId)},{box}\n");
        }
    }

    /// <summary>Parses records one by one and gathers the classes they name.</summary>
    private sealed class RowParser(CsvTable table, int[] columns)
    {
        private readonly Dictionary<int, string> _names = [];
        private readonly Dictionary<string, int> _ids = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _texts = [];

        public ClassList Classes => new(
            [.. _names.OrderBy(c => c.Key).Select(c => new LabelClass(c.Key, c.Value))],
            _ids.TryGetValue(NoFindingName, out int id) ? id : null);

        public bool TryParse(out Annotation annotation, [NotNullWhen(false)] out string? error)
        {
            annotation = default;
            if (table.FieldCount != table.Columns.Count)
            {
                error = $"{table.FieldCount} fields where the header has {table.Columns.Count}";
                return false;
            }

            ReadOnlySpan<char> image = table.Field(columns[0]);
            ReadOnlySpan<char> rater = table.Field(columns[3]);
            int classId = -1;
            Box? box = null;
            error = image.IsEmpty ? "image_id is empty"
                : ClassError(table.Field(columns[1]), table.Field(columns[2]), out classId) is { } classError ? classError
                : rater.IsEmpty ? "rad_id is empty"
                : BoxError(IsNoFinding(classId), out box);
            if (error is not null)
            {
                return false;
            }

            annotation = new Annotation(Pooled(image), classId, Pooled(rater), box);
            return true;
        }

        private bool IsNoFinding(int classId) => NoFindingName.Equals(_names[classId], StringComparison.OrdinalIgnoreCase);

        /// <summary>Ids and names must pair one to one over the whole file.</summary>
        private string? ClassError(ReadOnlySpan<char> nameText, ReadOnlySpan<char> idText, out int id)
        {
            if (!CsvTable.TryId(idText, out id))
            {
                return $"class_id '{idText}' is not an integer of at least 0";
            }

            if (nameText.IsEmpty)
            {
                return "class_name is empty";
            }

            if (_names.TryGetValue(id, out string? known))
            {
                return nameText.SequenceEqual(known) ? null : $"class_id {id} is named '{nameText}' here but '{known}' above";
            }

            string name = nameText.ToString();
            if (!_ids.TryAdd(name, id))
            {
                return $"class '{name}' has class_id {id} here but {_ids[name]} above";
            }

            _names.Add(id, name);
            return null;
        }

        private string? BoxError(bool noFinding, out Box? box)
        {
            box = null;
            Span<double> values = stackalloc double[4];
            int empty = 0;
            for (int i = 0; i < 4; i++)
            {
                ReadOnlySpan<char> field = table.Field(columns[4 + i]);
                if (field.IsEmpty)
                {
                    empty++;
                }
                else if (!CsvTable.TryNumber(field, out values[i]))
                {
                    return $"{ColumnNames[4 + i]} '{field}' is not a finite number";
                }
            }

            if (empty == 4)
            {
                return noFinding ? null : $"the box of a finding is missing; only '{NoFindingName}' rows have none";
            }

            var read = new Box(values[0], values[1], values[2], values[3]);
            if (empty > 0)
            {
                return $"{empty} of the 4 box coordinates {(empty == 1 ? "is" : "are")} empty";
            }

            if (noFinding)
            {
                return read == Box.NoFinding ? null : $"box '{Shown(read)}' on a '{NoFindingName}' row; leave it empty or write 0 0 1 1";
            }

            if (!read.IsValid)
            {
                return $"box '{Shown(read)}' is empty or inverted; x_max must exceed x_min and y_max must exceed y_min";
            }

            box = read;
            return null;
        }

        private static string Shown(Box box) => FormattableString.Invariant($"{box.XMin} {box.YMin} {box.XMax} {box.YMax}");

        /// <summary>The few distinct ids of a large file are kept once each.</summary>
        private string Pooled(ReadOnlySpan<char> text)
        {
            HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(text, out string? pooled))
            {
                pooled = text.ToString();
                _texts.Add(pooled);
            }

            return pooled;
        }
    }
}
