using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Uploads;

namespace VinCxr.Cli.Commands.Serve;

/// <summary>Options of <c>vincxr serve</c> about data sets that are sent to it.</summary>
internal sealed class ServeUploadOptions
{
    private const double Megabyte = 1 << 20;
    private const double Gigabyte = 1 << 30;
    private static readonly UploadOptions Defaults = new();

    private readonly Option<string?> _folder = ValueOptions.Optional(
        "--uploads", "Folder in which files that are sent to be ingested wait; in a file:// store, or under the user's data folder, by default", "DIR");

    private readonly Option<double> _file = ValueOptions.Real("--upload-file", "Most MiB of an image that is sent", Defaults.FileBytes / Megabyte, 0, 1024, minIncluded: false);
    private readonly Option<double> _csv = ValueOptions.Real("--upload-csv", "Most MiB of annotations that are sent", Defaults.AnnotationBytes / Megabyte, 0, 1024, minIncluded: false);
    private readonly Option<double> _size = ValueOptions.Real("--upload-size", "Most GiB of an upload", Defaults.UploadBytes / Gigabyte, 0, 1e6, minIncluded: false);
    private readonly Option<double> _total = ValueOptions.Real("--upload-total", "Most GiB of all uploads together", Defaults.TotalBytes / Gigabyte, 0, 1e6, minIncluded: false);
    private readonly Option<int> _files = ValueOptions.Whole("--upload-files", "Most files of an upload", Defaults.Files, 1, 2_000_000);
    private readonly Option<int> _perUser = ValueOptions.Whole("--uploads-per-user", "Uploads that a user may have open", Defaults.PerUser, 1, 1000);
    private readonly Option<TimeSpan> _timeToLive = DurationOption.Create("--upload-ttl", "Uploads to which nothing happens for so long are removed", Defaults.TimeToLive);
    private readonly Option<double> _image = ValueOptions.Real("--upload-image", "Most MiB that the pixels of an image may take", Defaults.ImageBytes / Megabyte, 0, 1024, minIncluded: false);
    private readonly Option<double> _memory = ValueOptions.Real("--upload-memory", "MiB that files in flight may hold while an upload is ingested", Defaults.IngestMemoryBytes / Megabyte, 0, 1e6, minIncluded: false);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _folder, _file, _csv, _size, _total, _files, _perUser, _timeToLive, _image, _memory })
        {
            command.Add(option);
        }
    }

    public UploadOptions Of(ParseResult parse) => new()
    {
        Folder = parse.GetValue(_folder),
        FileBytes = (long)(parse.GetValue(_file) * Megabyte),
        AnnotationBytes = (long)(parse.GetValue(_csv) * Megabyte),
        UploadBytes = (long)(parse.GetValue(_size) * Gigabyte),
        TotalBytes = (long)(parse.GetValue(_total) * Gigabyte),
        Files = parse.GetValue(_files),
        PerUser = parse.GetValue(_perUser),
        TimeToLive = parse.GetValue(_timeToLive),
        ImageBytes = (long)(parse.GetValue(_image) * Megabyte),
        IngestMemoryBytes = (long)(parse.GetValue(_memory) * Megabyte),
    };
}
