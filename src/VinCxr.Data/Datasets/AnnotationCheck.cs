using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Data.Annotations;

namespace VinCxr.Data.Datasets;

/// <summary>Annotation rows that fit the images, and the reasons of those that do not.</summary>
internal sealed class AnnotationCheck
{
    private readonly string _name;
    private readonly bool _skipBadRows;
    private readonly int _mostErrors;
    private readonly List<RowError> _errors;
    private List<(int Line, Annotation Row)> _rows;

    private AnnotationCheck(string name, AnnotationFile file, bool skipBadRows, int mostErrors)
    {
        _name = name;
        _skipBadRows = skipBadRows;
        _mostErrors = mostErrors;
        _errors = [.. file.Errors];
        _rows = [.. file.Lines.Zip(file.Annotations)];
        Classes = file.Classes;
    }

    public ClassList Classes { get; }

    public IEnumerable<Annotation> Rows => _rows.Select(r => r.Row);

    /// <summary>Skipped rows as <c>line N: reason</c>, in line order.</summary>
    public IReadOnlyList<string> Errors => [.. _errors.OrderBy(e => e.Line).Select(e => $"line {e.Line}: {e.Message}")];

    /// <summary>
    /// Reads the file and holds its rows against the files found; needs no decoding, so that a bad file is refused before anything is uploaded.
    /// </summary>
    /// <param name="path">Null for images without annotations: no rows, the classes of VinBigData.</param>
    /// <param name="imageIds">Ids of all image files, good or bad.</param>
    /// <param name="mostErrors">Bad rows after which the file is given up; 0 for any number.</param>
    /// <exception cref="InvalidInputException">Bad rows, all listed, unless <paramref name="skipBadRows"/> is set; or too many of them.</exception>
    public static AnnotationCheck Read(string? path, IReadOnlySet<string> imageIds, bool skipBadRows, int mostErrors = 0)
    {
        var file = path is null ? new AnnotationFile(ClassList.VinBigData, [], [], []) : AnnotationCsv.Read(path, mostErrors);
        var check = new AnnotationCheck(Path.GetFileName(path ?? ""), file, skipBadRows, mostErrors);
        check.Refuse(row => imageIds.Contains(row.ImageId) ? null : $"image '{row.ImageId}' is not in the images folder");
        return check;
    }

    /// <summary>Drops the rows of quarantined images, and holds the boxes against the sizes of the others.</summary>
    /// <exception cref="InvalidInputException">A box reaches outside its image, unless bad rows are skipped.</exception>
    public void CompareWith(IReadOnlyDictionary<string, DatasetImage> images)
    {
        _rows = [.. _rows.Where(r => images.ContainsKey(r.Row.ImageId))];
        Refuse(row => row.Box is { } box && images[row.ImageId] is var image
            && (box.XMin < 0 || box.YMin < 0 || box.XMax > image.Columns || box.YMax > image.Rows)
                ? $"box '{box.XMin} {box.YMin} {box.XMax} {box.YMax}' reaches outside image '{row.ImageId}' of {image.Columns} x {image.Rows} pixels"
                : null);
    }

    private void Refuse(Func<Annotation, string?> reasonOf)
    {
        var good = new List<(int, Annotation)>(_rows.Count);
        foreach (var (line, row) in _rows)
        {
            if (reasonOf(row) is { } reason)
            {
                _errors.Add(new RowError(line, reason));
                if (_errors.Count == _mostErrors)
                {
                    throw AnnotationCsv.TooManyErrors(_name, _errors);
                }
            }
            else
            {
                good.Add((line, row));
            }
        }

        _rows = good;
        if (_errors.Count > 0 && !_skipBadRows)
        {
            throw new InvalidInputException($"annotations '{_name}'", Errors);
        }
    }
}
