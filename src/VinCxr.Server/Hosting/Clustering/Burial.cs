using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>
/// Declares dead what an earlier cluster of the store left in the table as living, once it is certain that nobody serves the store: a new silo would
/// otherwise wait for the answers of silos that were killed.
/// </summary>
internal static class Burial
{
    /// <exception cref="OrleansException">The table cannot be read or written.</exception>
    public static async Task BuryAllAsync(ISharedMembership membership, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        // The provider makes its table for a silo only; this one is never started.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (identity.ClusterId, identity.ServiceId));
            membership.AddTo(silo);
        });
        using var host = builder.Build();
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
        while (true)
        {
            var rows = await table.ReadAllAsync(cancellationToken);
            var (entry, etag) = rows.Members.FirstOrDefault(m => m.Item1.Status != SiloStatus.Dead) ?? Tuple.Create<MembershipEntry, string>(null!, "");
            if (entry is null)
            {
                return;
            }

            entry.Status = SiloStatus.Dead;
            await table.UpdateRowAsync(entry, etag, rows.Version.Next(), cancellationToken);
        }
    }
}
