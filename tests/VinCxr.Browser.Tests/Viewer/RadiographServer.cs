using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Testing;
using VinCxr.TestServer;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>A server with larger phantoms, and with real radiographs where they lie beside the checkout.</summary>
public sealed class RadiographServer : ApiServer
{
    public const string Lungs = "lungs";

    protected override int ImageSize => 768;

    protected override TimeSpan EndLimit => TimeSpan.FromMinutes(5);

    /// <summary>Takes the real radiographs in and trains on them, as far as a simulated trainer does; once for all tests.</summary>
    /// <param name="folder"><see cref="SharedData.RealLungs"/>.</param>
    public async Task<SweepSummary> TrainOnLungsAsync(string folder)
    {
        await using (var store = await StoreFactory.OpenAsync(StoreUri))
        {
            await new DatasetIngest(store).RunAsync(Lungs, folder, Path.Combine(folder, "train.csv"), new IngestOptions(Parallelism: 2));
        }

        string yaml = Yaml("lungs", epochs: 25).Replace($"dataset: {Dataset}", $"dataset: {Lungs}", StringComparison.Ordinal);
        return await WaitAsync((await SubmitAsync(yaml, key: "lungs")).Id);
    }
}
