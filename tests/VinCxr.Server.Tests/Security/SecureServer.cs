using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Data.Stores;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Endpoints;
using VinCxr.Server.Security.Keys;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Security;

/// <summary>A web server with the security of <c>vincxr serve</c> on a real store and port, before a control plane that only remembers.</summary>
internal sealed class SecureServer : IAsyncDisposable
{
    public static readonly SecurityOptions Keys = new() { Auth = AuthMode.Keys };

    private readonly TempDirectory _folder;
    private readonly WebApplication _app;

    private SecureServer(TempDirectory folder, WebApplication app, IStore store, FakePlane plane, CapturedLogs logs, FakeTimeProvider clock)
    {
        (_folder, _app, Store, Plane, Logs, Clock) = (folder, app, store, plane, logs, clock);
        Url = app.Urls.First();
    }

    public string Url { get; }

    public IStore Store { get; }

    public FakePlane Plane { get; }

    public CapturedLogs Logs { get; }

    public FakeTimeProvider Clock { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The keys as another process sees them.</summary>
    public DocumentApiKeyStore KeyStore => new(Store.Documents, Clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SecureServer> StartAsync(SecurityOptions security, string urls = "http://127.0.0.1:0", Func<IStore, IStore>? wrap = null)
    {
        var folder = new TempDirectory();
        var options = new ServeOptions { Store = folder.Path, Urls = urls, Security = security };
        ServeOptionsValidator.ValidateOrThrow(options);
        var opened = await StoreFactory.OpenAsync(folder.Path, create: true, Cancel);
        var store = wrap?.Invoke(opened) ?? opened;
        var logs = new CapturedLogs();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var (plane, fake) = FakePlane.Create();

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<TimeProvider>(clock);
        SecurityExtensions.AddVinCxrSecurity(builder, options, _ => plane);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemHandler>();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseVinCxrSecurity(options);
        app.MapGet("/healthz", () => "ok").AllowAnonymous();
        app.MapGet("/", (HttpContext context) => $"home of {context.User.Identity!.Name} at {context.Connection.RemoteIpAddress}");
        app.MapGet("/pictures", () => "picture").RequireAuthorization(Policies.Patients);
        var api = app.MapGroup("/api/v1");
        api.MapSecurityEndpoints();
        api.MapPost("/sweeps/{sweep}/pause", (string sweep, HttpContext context, ControlPlanes planes) => planes.Of(context.User).SteerSweepAsync(sweep, SweepVerb.Pause, context.RequestAborted));
        api.MapPost("/echo", async (HttpRequest request) => (await new StreamReader(request.Body).ReadToEndAsync(Cancel)).Length);
        await app.StartAsync(Cancel);
        return new SecureServer(folder, app, store, fake, logs, clock);
    }

    public async Task<string> KeyAsync(string role, string? user = null, bool patients = false, double days = 1) =>
        (await KeyStore.CreateAsync(new CreateKey($"{role} key", role, user, patients, days), Cancel)).Key;

    /// <summary>A program's client: no cookies, no redirects.</summary>
    public HttpClient Client(string? bearer = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Url) };
        if (bearer is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return client;
    }

    /// <summary>A browser: keeps cookies, follows nothing by itself, wants pages.</summary>
    public HttpClient Browser()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = new Uri(Url) };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return browser;
    }

    public async Task<IReadOnlyList<AuditLine>> AuditAsync() => await Services.GetRequiredService<AuditLog>().ReadAsync(0, Cancel).ToListAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
