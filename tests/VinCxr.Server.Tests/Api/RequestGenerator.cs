using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VinCxr.Server.Tests.Api;

/// <summary>Draws requests for an operation: as they should be, and wrong in every way that a schema knows and some that it does not.</summary>
/// <param name="random">One sequence for a whole run, so that its seed says everything.</param>
/// <param name="known">Values of path parameters that exist, by name, or by operation and name (<c>GetSweep.sweep</c>) where one needs others.</param>
internal sealed class RequestGenerator(Random random, IReadOnlyDictionary<string, string[]> known)
{
    /// <summary>Longer than any body that is taken, bytes.</summary>
    public const int MostTaken = 4_000_000;

    private const int Oversized = 9_000_000;

    private static readonly string[] Names =
    [
        "", "..", ".", "../../etc/passwd", "%2e%2e%2f", "a/b", "a\\b", "a b", "a%00b", "\u0000", "é", "日本", "a'\"<script>", "x@sha256:zz", "x@sha256:00000000",
        "@", "-1", "default", "null", "a\r\nSet-Cookie: a=b", new string('a', 300), new string('é', 3000), "{sweep}", "*", "$where", "a;b", "?x=1", "#f",
    ];

    private static readonly string[] Queries =
    [
        "", "-1", "0", "1", "2", "1000", "1001", "99999999999999999999", "1.5", "NaN", "abc", "é", "%", "null", "true", "Running", "running", "7", "a\0b", "'", "\"", new string('9', 3000),
        "MDAwMDAwMDAx", "!!!",
    ];

    private static readonly string[] Documents =
    [
        "", "null", "true", "[]", "{}", "\"text\"", "{", "{\"a\":", "[[[[[[", "{\"yaml\":null}", "{\"yaml\":5}", "{\"yaml\":{}}", "{\"yaml\":\"\"}", "\u0000", "{}{}", "nul",
        "{\"cancelled\":\"maybe\"}", "{\"weight\":-1}", "{\"weight\":\"NaN\"}", "{\"weight\":1e999}", "{\"slots\":0}", "{\"halfLifeHours\":0,\"weight\":0}", "{\"cancelled\":1e400}",
        "name: x", "name: [", "name: &a [*a]", "a: &a [1]\nb: [*a, *a, *a]", "%YAML 9.9\n---\n", "name: !!binary x", "? [a]\n: b", "- a\n- b", "name: x\nname: y", "--- a\n--- b",
        "a: &a {x: &b [1,1,1,1,1,1,1,1]}\nb: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nc: &d [*c,*c,*c,*c,*c,*c,*c,*c]\nd: &e [*d,*d,*d,*d,*d,*d,*d,*d]\ne: &f [*e,*e,*e,*e,*e,*e,*e,*e]\nname: *f\ndataset: *f",
    ];

    private static readonly string?[] Types =
    [
        null, "application/json", "application/yaml", "text/yaml", "text/plain", "application/xml", "multipart/form-data", "application/json; charset=utf-16",
        "application/json; charset=utf-7", "application/x-www-form-urlencoded", "*/*", "garbage",
    ];

    /// <summary>As it should be: names that exist, nothing that may be left out.</summary>
    /// <param name="valid">A value of the body that is right, or null where there is none.</param>
    public HttpRequestMessage Right(ApiOperation operation, string? valid) =>
        new(operation.Method, PathOf(operation, name => Pick(Known(operation.Id, name) ?? Names))) { Content = valid is null ? null : Content(valid, operation.BodyTypes[0]) };

    /// <param name="valid">A value of the body that is right.</param>
    public HttpRequestMessage Next(ApiOperation operation, string? valid, bool large)
    {
        string path = PathOf(operation, name => PathValue(operation.Id, name));
        string query = string.Join('&', operation.Parameters.Where(p => p.In == "query" && random.Next(2) == 0).Select(p => $"{p.Name}={Uri.EscapeDataString(Pick(Queries))}"));
        var request = new HttpRequestMessage(operation.Method, query.Length > 0 ? $"{path}?{query}" : path);
        foreach (var header in operation.Parameters.Where(p => p.In == "header" && random.Next(3) == 0))
        {
            request.Headers.TryAddWithoutValidation(header.Name, Pick(["a", new string('k', 300), "k e y", "é", ""]));
        }

        if (random.Next(4) == 0)
        {
            request.Headers.TryAddWithoutValidation(Pick(["If-None-Match", "Last-Event-ID", "Accept", "Range"]), Pick(["*", "\"x\"", "W/\"y\"", "5.7", "x.y", "-1.-1", "text/html", "bytes=5-", new string('z', 500)]));
        }

        if (large)
        {
            request.Content = Content(new string('a', Oversized), Pick(Types));
        }
        else if (operation.BodyTypes.Count > 0 && random.Next(10) != 0)
        {
            request.Content = valid is not null && random.Next(5) == 0 ? Content(valid, operation.BodyTypes[0]) : Content(random.Next(3) == 0 ? Object(operation) : Pick(Documents), Pick([.. operation.BodyTypes, .. Types]));
        }
        else if (random.Next(10) == 0)
        {
            request.Content = Content(Pick(Documents), Pick(Types));
        }

        return request;
    }

    /// <param name="value">Of the path parameter with a name, not escaped.</param>
    private static string PathOf(ApiOperation operation, Func<string, string> value) => operation.Parameters.Where(p => p.In == "path")
        .Aggregate(operation.Path, (path, p) => path.Replace($"{{{p.Name}}}", Uri.EscapeDataString(value(p.Name)), StringComparison.Ordinal));

    private string[]? Known(string operation, string name) => known.GetValueOrDefault($"{operation}.{name}") ?? known.GetValueOrDefault(name);

    private string PathValue(string operation, string name) => random.Next(2) == 0 && Known(operation, name) is { } values
        ? Pick(values)
        : random.Next(4) == 0 ? Drawn() : Pick(Names);

    /// <summary>An object of the body's own properties with values of every kind.</summary>
    private string Object(ApiOperation operation)
    {
        var properties = operation.BodyProperties.Where(_ => random.Next(3) != 0)
            .Select(p => $"{JsonSerializer.Serialize(p)}:{Pick(["null", "true", "-1", "1e308", "1e-300", "\"\"", "\"x\"", "[]", "{}", "0", "2", random.Next().ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(Drawn())])}");
        return $"{{{string.Join(',', properties)}}}";
    }

    private string Drawn() => string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => char.ConvertFromUtf32(random.Next(3) switch
    {
        0 => random.Next(1, 128),
        1 => random.Next(128, 0xD800),
        _ => random.Next(0xE000, 0x10FFFF),
    })));

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];

    private static ByteArrayContent Content(string text, string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    }
}
