namespace VinCxr.Data.Export;

/// <summary>Writes everything of an export but the images.</summary>
internal interface IExportLayout
{
    /// <returns>Files for people to know of, relative to the folder.</returns>
    Task<IReadOnlyList<string>> WriteAsync(ExportFolder folder, ExportContent content, CancellationToken cancellationToken);
}
