using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Web;

/// <summary>A file for browsers inside this assembly: it is there however the program was built, published or started.</summary>
internal sealed class EmbeddedFile
{
    private readonly byte[] _plain;
    private readonly Lazy<byte[]> _compressed;
    private readonly EntityTagHeaderValue _tag;

    private EmbeddedFile(string name, byte[] plain)
    {
        (Name, _plain) = (name, plain);
        Version = Convert.ToHexStringLower(SHA256.HashData(plain))[..16];
        _compressed = new Lazy<byte[]>(() => Compress(plain));
        _tag = new EntityTagHeaderValue($"\"{Version}\"");
    }

    /// <summary>Without the prefix of its folder.</summary>
    public string Name { get; }

    /// <summary>Begin of the content's sha256.</summary>
    public string Version { get; }

    private string ContentType => Path.GetExtension(Name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"no content type is known for '{other}' of {Name}"),
    };

    /// <summary>All files whose resource names start with a prefix such as <c>assets/</c>.</summary>
    public static IEnumerable<EmbeddedFile> Load(string prefix)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            byte[] plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            yield return new EmbeddedFile(name[prefix.Length..], plain);
        }
    }

    /// <summary>Answers GET and HEAD: with the file, or 304 for who has it.</summary>
    public async Task WriteAsync(HttpContext context, string cacheControl)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.Vary = "Accept-Encoding";
        if (EntityTags.TryAnswer(context, _tag, cacheControl))
        {
            return;
        }

        EntityTags.Set(response, _tag, cacheControl);
        response.ContentType = ContentType;
        byte[] body = _plain;
        if (request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            response.Headers.ContentEncoding = "br";
            body = _compressed.Value;
        }

        response.ContentLength = body.Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static byte[] Compress(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
        {
            brotli.Write(plain);
        }

        return packed.ToArray();
    }
}
