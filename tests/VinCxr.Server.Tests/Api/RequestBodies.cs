using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

/// <summary>Bodies that are right.</summary>
internal static class RequestBodies
{
    /// <returns>JSON, or null for an operation without a body.</returns>
    public static string? Valid(ApiOperation operation) => operation.Id switch
    {
        "SubmitSweep" or "ValidateSweep" => JsonSerializer.Serialize(new SweepFileRequest(ApiServer.Yaml("drawn")), ApiJson.Options),
        "ExtendSweep" => JsonSerializer.Serialize(new SweepFileRequest(ApiServer.Yaml("ended", 3)), ApiJson.Options),
        "CreateKey" => JsonSerializer.Serialize(new CreateKey("drawn", "viewer"), ApiJson.Options),
        "SetQueue" => JsonSerializer.Serialize(new QueueLimits(Slots: 100), ApiJson.Options),
        _ => operation.BodyTypes.Count > 0 ? "{}" : null,
    };
}
