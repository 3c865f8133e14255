using System.Reflection;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Contracts.Tests;

/// <summary>Names and ids on the wire outlive a release: two versions talk to each other during a rolling update.</summary>
public sealed class WireFormatTests
{
    private const string ManifestName = "wire-format.txt";

    /// <summary>What silos say to each other; what REST carries has its own document.</summary>
    private static Type[] Types { get; } =
    [
        .. typeof(ISweepGrain).Assembly.GetExportedTypes().Where(t => t.Namespace != typeof(IControlPlane).Namespace).OrderBy(t => t.FullName, StringComparer.Ordinal),
    ];

    private static IEnumerable<Type> Grains => Types.Where(t => t.IsInterface && typeof(IGrain).IsAssignableFrom(t));

    private static IEnumerable<Type> Messages => Types.Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    [Fact]
    public void Every_public_type_is_a_grain_interface_or_a_message_with_an_alias()
    {
        var nameless = Types.Where(t => !t.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal) && t.GetCustomAttribute<AliasAttribute>() is null);
        Assert.Empty(nameless.Select(t => t.FullName));
        Assert.NotEmpty(Grains);
        Assert.NotEmpty(Messages);
    }

    [Fact]
    public void Aliases_are_unique()
    {
        Assert.Empty(Repeated(Grains.Concat(Messages).Select(AliasOf)));
        foreach (var grain in Grains)
        {
            Assert.Empty(Repeated(grain.GetMethods().Select(AliasOf)));
        }
    }

    [Fact]
    public void Every_grain_method_has_an_alias() =>
        Assert.Empty(Grains.SelectMany(g => g.GetMethods()).Where(m => m.GetCustomAttribute<AliasAttribute>() is null).Select(m => $"{m.DeclaringType!.Name}.{m.Name}"));

    [Fact]
    public void Every_stored_member_of_a_message_has_an_id_of_its_own()
    {
        foreach (var message in Messages.Where(t => !t.IsEnum))
        {
            var stored = Stored(message).ToArray();
            Assert.Empty(stored.Where(p => p.GetCustomAttribute<IdAttribute>() is null).Select(p => $"{message.Name}.{p.Name}"));
            Assert.Empty(Repeated(stored.Select(IdOf)));
        }
    }

    /// <summary>On an intended change, copy the text of the failure's second file over the first.</summary>
    [Fact]
    public void The_wire_format_is_the_one_on_record()
    {
        string recorded = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, ManifestName)).ReplaceLineEndings("\n");
        string actual = Describe();
        string draft = Path.Combine(AppContext.BaseDirectory, $"{ManifestName}.actual");
        File.WriteAllText(draft, actual);
        Assert.True(recorded == actual, $"the wire format changed; if that is meant, copy {draft} over tests/VinCxr.Contracts.Tests/{ManifestName}");
    }

    internal static string Describe()
    {
        var text = new StringBuilder();
        foreach (var grain in Grains.OrderBy(AliasOf, StringComparer.Ordinal))
        {
            text.Append(AliasOf(grain)).Append('\n');
            foreach (var method in grain.GetMethods().OrderBy(AliasOf, StringComparer.Ordinal))
            {
                text.Append($"  {AliasOf(method)}({string.Join(", ", method.GetParameters().Select(p => NameOf(p.ParameterType)))}): {NameOf(method.ReturnType)}\n");
            }
        }

        foreach (var message in Messages.OrderBy(AliasOf, StringComparer.Ordinal))
        {
            text.Append(AliasOf(message)).Append('\n');
            var lines = message.IsEnum
                ? Enum.GetNames(message).Select(n => $"  {Convert.ToInt64(Enum.Parse(message, n))} {n}\n")
                : Stored(message).OrderBy(IdOf).Select(p => $"  {IdOf(p)} {p.Name}: {NameOf(p.PropertyType)}\n");
            text.AppendJoin("", lines);
        }

        return text.ToString();
    }

    /// <summary>A description by alias, with the lines below it.</summary>
    internal static Dictionary<string, string[]> Sections(string description) => description.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(new List<List<string>>(), (sections, line) =>
        {
            if (line[0] != ' ')
            {
                sections.Add([]);
            }

            sections[^1].Add(line);
            return sections;
        })
        .ToDictionary(s => s[0], s => s.Skip(1).ToArray());

    private static IEnumerable<PropertyInfo> Stored(Type message) => message
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => p.SetMethod is not null);

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias ?? member.Name;

    private static uint IdOf(PropertyInfo property) => property.GetCustomAttribute<IdAttribute>()?.Id ?? uint.MaxValue;

    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[]";
        }

        string name = type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }

    private static IEnumerable<T> Repeated<T>(IEnumerable<T> values) => values.GroupBy(v => v).Where(g => g.Count() > 1).Select(g => g.Key);
}
