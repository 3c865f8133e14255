using VinCxr.TestServer;

namespace VinCxr.Browser.Tests;

/// <summary>A server whose trials are trained by real trainers, in processes of their own.</summary>
public sealed class TrainingServer : ApiServer
{
    protected override int Slots => 2;

    protected override int ImageSize => 256;

    protected override IReadOnlyList<string> TrainerCommand => ["dotnet", Path.Combine(AppContext.BaseDirectory, "vincxr.dll")];
}
