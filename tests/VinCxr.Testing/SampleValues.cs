using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VinCxr.Testing;

/// <summary>Makes an instance of any record with every member set, no two members alike; the same one each time.</summary>
public sealed class SampleValues
{
    private int _next;

    /// <exception cref="NotSupportedException">A type that no message or state has had so far.</exception>
    public object Of(Type type)
    {
        int n = ++_next;
        return type switch
        {
            _ when Nullable.GetUnderlyingType(type) is { } inner => Of(inner),
            _ when type == typeof(string) => $"text {n}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => n,
            _ when type == typeof(long) => (long)n << 32,
            _ when type == typeof(double) => n + 0.25,
            _ when type == typeof(object) => n + 0.5,
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddSeconds(n),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(n),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(n % Enum.GetValues(type).Length)!,
            _ when type.IsArray => ArrayOf(type.GetElementType()!),
            _ when type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) => CollectionOf(type.GetGenericArguments()),
            _ when type.Namespace?.StartsWith("VinCxr", StringComparison.Ordinal) == true => RecordOf(type),
            _ => throw new NotSupportedException($"no sample of {type}"),
        };
    }

    private Array ArrayOf(Type element)
    {
        var array = Array.CreateInstance(element, 2);
        array.SetValue(Of(element), 0);
        array.SetValue(Of(element), 1);
        return array;
    }

    private object CollectionOf(Type[] arguments)
    {
        if (arguments is [var element])
        {
            return ArrayOf(element);
        }

        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        map.Add(Of(arguments[0]), Of(arguments[1]));
        return map;
    }

    private object RecordOf(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        var parameters = constructor?.GetParameters() ?? [];
        object made = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke([.. parameters.Select(p => Of(p.ParameterType))]);
        foreach (var property in Stored(type).Where(p => !parameters.Any(a => a.Name == p.Name)).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            property.SetValue(made, Of(property.PropertyType));
        }

        return made;
    }

    private static IEnumerable<PropertyInfo> Stored(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null && p.GetIndexParameters().Length == 0);
}

/// <summary>Compares what was written with what is read: members may have been added since, but none lost or changed.</summary>
public static class JsonSubset
{
    /// <returns>Paths of <paramref name="old"/> that are missing or different in <paramref name="now"/>.</returns>
    public static IEnumerable<string> Lost(JsonNode? old, JsonNode? now, string path = "$") => (old, now) switch
    {
        (JsonObject before, JsonObject after) => before.SelectMany(member =>
            after.ContainsKey(member.Key) ? Lost(member.Value, after[member.Key], $"{path}.{member.Key}") : [$"{path}.{member.Key} is gone"]),
        (JsonArray before, JsonArray after) when before.Count == after.Count => before.SelectMany((item, i) => Lost(item, after[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(old, now) ? [] : [$"{path} was {Shown(old)}, reads as {Shown(now)}"],
    };

    private static string Shown(JsonNode? node) => node is null ? "null" : JsonSerializer.Serialize(node);
}
