using VinCxr.Core.Annotations;

namespace VinCxr.Data.Annotations;

/// <param name="Line">1-based line in the file.</param>
public sealed record RowError(int Line, string Message);

/// <param name="Errors">Rows left out, each with its reason.</param>
public sealed record AnnotationFile(ClassList Classes, IReadOnlyList<Annotation> Annotations, IReadOnlyList<RowError> Errors);

/// <summary>VinBigData annotation files: <c>image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max</c>, column order free.</summary>
public static class AnnotationCsv
{
    /// <summary>Reads the file; the class list comes from the rows (<i>No finding</i> = the class named so).</summary>
    /// <exception cref="VinCxr.Core.InvalidInputException">Missing file or column; not CSV.</exception>
    public static AnnotationFile Read(string path) => throw new NotImplementedException();

    public static AnnotationFile Read(TextReader text, string name) => throw new NotImplementedException();

    public static void Write(TextWriter text, ClassList classes, IEnumerable<Annotation> annotations) => throw new NotImplementedException();
}
