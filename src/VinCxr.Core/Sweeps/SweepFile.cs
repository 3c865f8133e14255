using System.Security.Cryptography;
using System.Text;
using VinCxr.Core.Sweeps.Schema;
using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps;

/// <summary>One mistake in a sweep file.</summary>
/// <param name="Path">Dotted path, for example <c>train.lr</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, quoting the bad value, and what is allowed.</param>
/// <param name="Line">Line that it is about, from 1; null for what is missing altogether.</param>
public sealed record SweepError(string Path, string Message, int? Line = null)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>Reads and checks sweep files (YAML, snake_case).</summary>
public static class SweepFile
{
    /// <summary>Largest accepted file, in characters; a sweep of thousands of variants is still a page of text.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Parses and validates; every mistake is reported, unknown keys included (with the nearest known key).</summary>
    /// <returns>The spec when there are no errors, otherwise null and all errors.</returns>
    public static (SweepSpec? Spec, IReadOnlyList<SweepError> Errors) Parse(string yaml)
    {
        if (yaml.Length > MaxLength)
        {
            return (null, [new SweepError("", $"the file has {yaml.Length} characters; at most {MaxLength} are allowed")]);
        }

        if (YamlText.Read(yaml, out var error) is not { } roots)
        {
            return (null, [new SweepError("", error.Message, error.Line)]);
        }

        if (roots is not [YamlMappingNode root])
        {
            return (null, [new SweepError("", "a sweep file is one YAML mapping that starts with 'name:' and 'dataset:'")]);
        }

        SpecReader reader = new();
        SweepSpec spec = reader.Read(root);
        return reader.Errors.Count == 0 ? (spec, []) : (null, [.. reader.Errors.Select(e => e with { Line = KeyLines.Find(root, e.Path) })]);
    }

    /// <returns>Line, from 1, of what a dotted path names in a file that <see cref="Parse"/> takes; null when the file leaves it to its default.</returns>
    public static int? LineOf(string yaml, string path) => KeyLines.Find((YamlMappingNode)YamlText.Read(yaml, out _)![0], path);

    /// <summary>As <see cref="Parse"/>, but throws.</summary>
    /// <exception cref="InvalidInputException">Any error; <c>Errors</c> holds one line each.</exception>
    public static SweepSpec ParseOrThrow(string yaml)
    {
        (SweepSpec? spec, IReadOnlyList<SweepError> errors) = Parse(yaml);
        return spec ?? throw new InvalidInputException("sweep file", [.. errors.Select(e => e.ToString())]);
    }

    /// <summary>Writes a spec back as YAML that <see cref="Parse"/> reads to an equal spec; used to hash and to show it.</summary>
    public static string Write(SweepSpec spec) => SpecWriter.Write(spec);

    /// <summary>Lower-case hex sha256 of the canonical text, so that comments, order and omitted defaults do not matter.</summary>
    public static string Hash(SweepSpec spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(spec))));
}
