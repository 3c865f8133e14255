using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Cli.Remote;

/// <summary>Requests of the typed clients, by what they send and get.</summary>
internal static class ApiCalls
{
    /// <exception cref="InvalidInputException">A part is one that URIs resolve away, or nothing.</exception>
    public static string Path(params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (part is "" or "." or "..")
            {
                throw new InvalidInputException($"'{part}' is no name");
            }
        }

        return string.Join('/', [.. parts.ToArray().Select(Uri.EscapeDataString)]);
    }

    public static JsonContent Json<T>(T value) => JsonContent.Create(value, options: ApiJson.Options);

    public static async Task<IReadOnlyList<T>> PagesAsync<T>(this ServerConnection server, string path, CancellationToken cancellationToken)
    {
        List<T> all = [];
        string? cursor = null;
        do
        {
            var page = await server.GetAsync<Page<T>>($"{path}?limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    public static async Task<T> GetAsync<T>(this ServerConnection server, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await server.SendAsync<T>(request, cancellationToken);
    }

    public static async Task<T> PostAsync<T>(this ServerConnection server, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await server.SendAsync<T>(request, cancellationToken);
    }

    /// <summary>For answers without content.</summary>
    public static async Task SendAsync(this ServerConnection server, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await server.OpenAsync(request, cancellationToken);
    }
}
