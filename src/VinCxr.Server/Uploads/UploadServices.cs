using Microsoft.Extensions.DependencyInjection;
using VinCxr.Data.Stores;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Control;

namespace VinCxr.Server.Uploads;

internal static class UploadServices
{
    /// <summary>Uploads and what ingests and clears them; the store and security are registered already.</summary>
    public static void AddUploads(this IServiceCollection services, UploadOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(s => new UploadSpool(options, s.GetRequiredService<IStore>().Uri, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DatasetOwners>();
        services.AddSingleton<UploadIngester>();
        services.AddHostedService(s => s.GetRequiredService<UploadIngester>());
        services.AddHostedService<UploadExpiry>();
        services.AddSingleton<DatasetUploads>();
        services.AddSingleton(s => new UploadPlanes(s.GetRequiredService<DatasetUploads>(), s.GetRequiredService<AccessGate>()));
    }
}
