using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal static class ApiDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "VinCxr",
                Version = "v1",
                Description = "Sweeps, trials, leaderboards, nodes and queues of a cluster that trains chest X-ray detectors. Errors are problem+json (RFC 9457).",
            };

            // Where a server answers is not the contract's business.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An API key or a token of the OpenID Connect issuer; a server without authentication asks for none.",
                },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    }
}
