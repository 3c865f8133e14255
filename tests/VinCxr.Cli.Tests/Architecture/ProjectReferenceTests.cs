using System.Xml.Linq;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Architecture;

/// <summary>Holds the arrows between projects: the science knows nobody, grains never see tensors, and nothing points back.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["VinCxr.Contracts"] = [],
        ["VinCxr.Core"] = [],
        ["VinCxr.Data"] = ["VinCxr.Core"],
        ["VinCxr.Training"] = ["VinCxr.Core", "VinCxr.Data"],
        ["VinCxr.Orchestration"] = ["VinCxr.Contracts", "VinCxr.Core", "VinCxr.Data"],
        ["VinCxr.Server"] = ["VinCxr.Contracts", "VinCxr.Core", "VinCxr.Data", "VinCxr.Training", "VinCxr.Orchestration"],
        ["VinCxr.Cli"] = ["VinCxr.Contracts", "VinCxr.Core", "VinCxr.Data", "VinCxr.Training", "VinCxr.Orchestration", "VinCxr.Server"],
    };

    private static readonly DirectoryInfo Source = new(Path.Combine(Repository.Root.FullName, "src"));

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_has_its_place() => Assert.Equal(Allowed.Keys.Order(), Source.GetDirectories("VinCxr.*").Select(d => d.Name).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_arrows_allow(string project)
    {
        IEnumerable<string> references = Includes(project, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/')));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [InlineData("VinCxr.Contracts")]
    [InlineData("VinCxr.Core")]
    [InlineData("VinCxr.Data")]
    [InlineData("VinCxr.Orchestration")]
    public void Tensors_stay_in_training(string project)
    {
        Assert.DoesNotContain(Includes(project, "PackageReference"), p => p.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Code(project), c => c.Text.Contains("TorchSharp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("VinCxr.Core")]
    [InlineData("VinCxr.Data")]
    [InlineData("VinCxr.Training")]
    public void Grains_stay_out_of_the_science(string project) =>
        Assert.DoesNotContain(Includes(project, "PackageReference"), p => p.Contains("Orleans", StringComparison.Ordinal));

    [Theory]
    [InlineData("System.Net")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("File.")]
    [InlineData("Directory.")]
    [InlineData("FileStream")]
    [InlineData("Console.")]
    public void The_science_does_no_input_or_output(string forbidden)
    {
        string[] users = [.. Code("VinCxr.Core").Where(c => System.Text.RegularExpressions.Regex.IsMatch(c.Text, $@"(?<![\w.]){System.Text.RegularExpressions.Regex.Escape(forbidden)}")).Select(c => c.File)];

        Assert.Empty(users);
    }

    private static IEnumerable<string> Includes(string project, string item) =>
        XDocument.Load(Path.Combine(Source.FullName, project, $"{project}.csproj")).Descendants(item).Select(e => (string)e.Attribute("Include")!);

    /// <summary>Source lines without comments; generated code is not ours.</summary>
    private static IEnumerable<(string File, string Text)> Code(string project) =>
        from file in Directory.EnumerateFiles(Path.Combine(Source.FullName, project), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Source.FullName, file)
        where !relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        select (relative, string.Join('\n', File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))));
}
