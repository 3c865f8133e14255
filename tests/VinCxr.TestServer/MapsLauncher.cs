using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Activations;
using VinCxr.Data.Imaging;
using VinCxr.Orchestration.Agents;

namespace VinCxr.TestServer;

/// <summary>
/// Adds activation maps to what simulated trainers finish with, which make none. Each map is dark but for one cell, whose middle is that of the image's first
/// true box, or of the image.
/// </summary>
/// <param name="hasMaps">Whether a trial gets maps.</param>
public sealed class MapsLauncher(ITrainerLauncher inner, Func<TrainerJob, bool> hasMaps) : ITrainerLauncher
{
    public const float Peak = 0.75f;

    /// <summary>Cells along the longer side.</summary>
    private const int Cells = 8;

    public async Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken)
    {
        var process = await inner.LaunchAsync(job, slot, onLogLine, cancellationToken);
        return hasMaps(job) ? new Mapped(process, job) : process;
    }

    public static ActivationMap MapOf(LabelledImage image)
    {
        Box spot = image.Boxes.Count > 0 ? image.Boxes[0].Box : new Box(0, 0, image.Width, image.Height);
        (double x, double y) = ((spot.XMin + spot.XMax) / 2, (spot.YMin + spot.YMax) / 2);
        double side = Math.Max(image.Width, image.Height) / (double)Cells;

        // The grid reaches beyond the image at all sides, as one of a padded image does.
        (int left, int top) = ((int)Math.Ceiling(x / side), (int)Math.Ceiling(y / side));
        (int width, int height) = (left + 1 + (int)Math.Ceiling((image.Width - x) / side), top + 1 + (int)Math.Ceiling((image.Height - y) / side));
        (double fromX, double fromY) = (x - ((left + 0.5) * side), y - ((top + 0.5) * side));
        byte[] cells = new byte[width * height];
        cells[(top * width) + left] = byte.MaxValue;
        Box area = new(fromX, fromY, fromX + (width * side), fromY + (height * side));
        return new ActivationMap(image.ImageId, width, height, Peak, area, PixelRegion.Whole(image.Width, image.Height), cells);
    }

    private sealed class Mapped(ITrainerProcess inner, TrainerJob job) : ITrainerProcess
    {
        public async ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken)
        {
            var message = await inner.ReadAsync(cancellationToken);
            return message is TrainerFinished finished ? finished with { ActivationMapsPath = Write() } : message;
        }

        public Task SendAsync(TrainerCommand command) => inner.SendAsync(command);

        public Task<int> ExitCodeAsync() => inner.ExitCodeAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private string Write()
        {
            string path = Path.Combine(job.WorkDirectory, "activations.maps");
            using var file = File.Create(path);
            var writer = new ActivationMapWriter(file);
            foreach (var image in job.ValidationImages)
            {
                writer.Add(MapOf(image));
            }

            writer.Complete();
            return path;
        }
    }
}
