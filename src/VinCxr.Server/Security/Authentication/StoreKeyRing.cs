using System.Text.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Security.Authentication;

/// <summary>
/// The keys that seal cookies, in the store: a browser stays signed in when its server is started again, and with every server of the store. Whoever can
/// read the store could seal cookies; they can read everything else that a server shows, too.
/// </summary>
internal sealed class StoreKeyRing(IDocumentStore documents) : IXmlRepository
{
    internal const string Collection = "data-protection";

    // The interface waits; called at start and every few weeks, off the request's thread so that no context can be waited for by itself.
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => documents.PutAsync(Collection, friendlyName, JsonSerializer.Serialize(element.ToString(SaveOptions.DisableFormatting)), "*")).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        List<XElement> elements = [];
        await foreach (var document in documents.ListAsync(Collection))
        {
            elements.Add(XElement.Parse(JsonSerializer.Deserialize<string>(document.Json)!));
        }

        return elements;
    }
}
