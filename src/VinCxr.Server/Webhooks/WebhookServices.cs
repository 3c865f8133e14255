using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Sweeps;

namespace VinCxr.Server.Webhooks;

internal static class WebhookServices
{
    /// <summary>Outbox and sender, where the options name an address; the store is registered already.</summary>
    /// <exception cref="InvalidInputException">The secret is not there any more.</exception>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        if (options.Urls.Count == 0)
        {
            return services;
        }

        var secret = WebhookSecret.TryRead(options, out string? error) ?? throw new InvalidInputException(error!);
        WebhookTarget[] targets = [.. options.Urls.Select(u => new WebhookTarget(new Uri(u)))];
        services.AddSingleton(s => new WebhookOutbox(s.GetRequiredService<IStore>().Documents, targets, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISweepEndListener>(s => s.GetRequiredService<WebhookOutbox>());
        services.AddSingleton(s => new WebhookSender(secret, s.GetRequiredService<TimeProvider>()));
        services.AddHostedService(s => new WebhookDispatcher(
            s.GetRequiredService<WebhookOutbox>(), s.GetRequiredService<WebhookSender>(), targets, s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<WebhookDispatcher>>()));
        return services;
    }
}
