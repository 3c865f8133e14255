using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>Reads bodies as text: UTF-8 whatever else is claimed, and never more than a limit.</summary>
internal static class BodyText
{
    public const string Json = "application/json";

    private const int BufferLength = 16 * 1024;

    /// <returns>The media type without its parameters, or null.</returns>
    public static string? TypeOf(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value : null;

    /// <exception cref="BadHttpRequestException">415, which names what is taken.</exception>
    public static BadHttpRequestException Unsupported(HttpRequest request, string taken) => new(
        $"content type '{request.ContentType}' is not {taken}", StatusCodes.Status415UnsupportedMediaType);

    /// <exception cref="BadHttpRequestException">413: it is longer than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="InvalidInputException">It is not UTF-8.</exception>
    public static async Task<string> ReadAsync(HttpRequest request, int maxBytes)
    {
        var content = new MemoryStream();
        byte[] buffer = new byte[BufferLength];
        for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > maxBytes)
            {
                throw new BadHttpRequestException($"the body has more than {maxBytes} bytes", StatusCodes.Status413PayloadTooLarge);
            }
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.GetBuffer(), 0, (int)content.Length);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidInputException("the body is not UTF-8", error);
        }
    }
}
