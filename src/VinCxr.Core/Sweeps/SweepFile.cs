namespace VinCxr.Core.Sweeps;

/// <summary>One mistake in a sweep file.</summary>
/// <param name="Path">Dotted path, for example <c>train.lr</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, quoting the bad value, and what is allowed.</param>
public sealed record SweepError(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>Reads and checks sweep files (YAML, snake_case).</summary>
public static class SweepFile
{
    /// <summary>Parses and validates; every mistake is reported, unknown keys included (with the nearest known key).</summary>
    /// <returns>The spec when there are no errors, otherwise null and all errors.</returns>
    public static (SweepSpec? Spec, IReadOnlyList<SweepError> Errors) Parse(string yaml) => throw new NotImplementedException();

    /// <summary>As <see cref="Parse"/>, but throws.</summary>
    /// <exception cref="InvalidInputException">Any error; <c>Errors</c> holds one line each.</exception>
    public static SweepSpec ParseOrThrow(string yaml) => throw new NotImplementedException();

    /// <summary>Writes a spec back as YAML that <see cref="Parse"/> reads to an equal spec; used to hash and to show it.</summary>
    public static string Write(SweepSpec spec) => throw new NotImplementedException();
}
