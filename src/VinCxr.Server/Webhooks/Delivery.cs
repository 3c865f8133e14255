namespace VinCxr.Server.Webhooks;

/// <summary>One event on its way to one address, as the store keeps it until it has arrived.</summary>
/// <param name="Target"><see cref="WebhookTarget.Id"/> of the address.</param>
/// <param name="Body">JSON of the event, byte for byte what every attempt sends.</param>
/// <param name="Attempts">Begun so far.</param>
/// <param name="NextAt">
/// When it is tried again. A sender moves it ahead before it sends, so that nobody else sends meanwhile and, should the sender die, somebody does later.
/// </param>
internal sealed record Delivery(string EventId, string Type, DateTimeOffset Time, string Target, string Body, int Attempts, DateTimeOffset NextAt);

/// <param name="Etag">Of the document it was read from or written to last.</param>
internal sealed record StoredDelivery(Delivery Delivery, string Etag)
{
    public string Id => WebhookOutbox.IdOf(Delivery);
}
