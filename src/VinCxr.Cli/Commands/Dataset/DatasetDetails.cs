using System.Text.Json.Serialization;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Core.Annotations;
using VinCxr.Data.Datasets;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>A data set version as <c>dataset show</c> and <c>dataset ingest</c> print it.</summary>
/// <param name="TransferSyntaxes">Images by transfer syntax UID.</param>
/// <param name="PhiTags">Files by tag that may identify a person.</param>
/// <param name="Deidentification">Profile by which those tags were blanked in the stored files; null when they were not.</param>
/// <param name="Statistics">Null for an ingest by a server, whose report has no more than counts.</param>
/// <param name="Uploaded">Files this ingest stored, or in a dry run would store; null outside of an ingest, as the rest.</param>
/// <param name="AlreadyStored">Files an earlier run had stored.</param>
internal sealed record DatasetDetails(
    string Name, string Version, int Images, int Quarantined, long Bytes, int Annotations, IReadOnlyList<LabelClass> Classes,
    IReadOnlyDictionary<string, int> TransferSyntaxes, IReadOnlyDictionary<string, int> PhiTags,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Deidentification,
    IReadOnlyList<QuarantinedImage> QuarantinedFiles,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeaderStatistics? Statistics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Uploaded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? AlreadyStored,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UploadedBytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? DryRun)
{
    /// <summary>Images that share the file of another, and further files that share its pixels.</summary>
    [JsonIgnore]
    public (int Files, int Pixels) Shared { get; init; } = (Statistics?.SharedFiles ?? 0, Statistics?.SharedPixels ?? 0);

    [JsonIgnore]
    public static IReadOnlyList<Column<DatasetDetails>> Columns { get; } =
    [
        new("name", "Name", d => d.Name),
        new("version", "Version", d => d.Version),
        new("images", "Images", d => d.Images),
        new("quarantined", "Quarantined", d => d.Quarantined),
        new("bytes", "Size", d => d.Bytes),
    ];

    public static DatasetDetails Of(DatasetManifest manifest, IngestReport? report = null) => new(
        manifest.Name,
        manifest.Version,
        manifest.Images.Count,
        manifest.Quarantined.Count,
        manifest.Bytes,
        manifest.Annotations.Count,
        manifest.Classes.Classes,
        manifest.Images.CountBy(i => i.TransferSyntax).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(),
        manifest.PhiTags,
        manifest.Deidentification,
        manifest.Quarantined,
        HeaderStatistics.Of(manifest.Images),
        report?.Uploaded,
        report?.AlreadyStored,
        report?.UploadedBytes,
        report?.DryRun);

    /// <summary>As a server reports its ingest.</summary>
    public static DatasetDetails Of(UploadReport report) => new(
        report.Dataset.Name,
        report.Dataset.Version,
        report.Dataset.Images,
        report.Dataset.Quarantined,
        report.Dataset.Bytes,
        report.Dataset.Annotations,
        [.. report.Dataset.Classes.Select(c => new LabelClass(c.Id, c.Name))],
        report.Dataset.TransferSyntaxes,
        report.PhiTags,
        report.Deidentification,
        [.. report.Dataset.QuarantinedFiles.Select(q => new QuarantinedImage(q.File, q.Reason) { Bytes = q.Bytes })],
        null,
        report.Stored,
        report.AlreadyStored,
        report.StoredBytes,
        report.DryRun)
    {
        Shared = (report.SharedFiles, report.SharedPixels),
    };

    public IReadOnlyList<(string Name, string Value)> Facts()
    {
        List<(string Name, string Value)> facts =
        [
            ("data set", $"{Name}@sha256:{Text.ShortHash(Version)}"),
            ("version", Version),
            ("images", $"{Text.Of(Images)}, {Text.Bytes(Bytes)}"),
            ("annotations", $"{Text.Of(Annotations)} rows, {Classes.Count} classes: {string.Join(", ", Classes.Select(c => $"{c.Id} {c.Name}"))}"),
            ("encodings", string.Join(", ", TransferSyntaxes.Select(t => $"{t.Key}: {t.Value}"))),
            ("quarantined", Text.Of(Quarantined)),
            ("personal data", PersonalData()),
        ];
        if (Shared.Files + Shared.Pixels > 0)
        {
            facts.Add(("duplicates", $"{Text.Of(Shared.Files)} images share the file of another, {Text.Of(Shared.Pixels)} more only its pixels"));
        }

        if (Uploaded is { } uploaded)
        {
            string verb = DryRun == true ? "would be stored" : "stored now";
            facts.Add((verb, $"{Text.Of(uploaded)} files, {Text.Bytes(UploadedBytes ?? 0)}; {Text.Of(AlreadyStored)} were there before"));
        }

        return facts;
    }

    /// <summary>The tags of most files; JSON has all of them.</summary>
    private string PersonalData()
    {
        const int Shown = 6;
        var most = PhiTags.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(Shown);
        string found = PhiTags.Count == 0 ? "no tags found"
            : string.Join(", ", most.Select(t => $"{t.Key} in {Text.Of(t.Value)}")) + $" files{(PhiTags.Count > Shown ? $", {PhiTags.Count - Shown} more tags" : "")}";
        return Deidentification is null ? found : $"blanked by profile {Deidentification}; {(PhiTags.Count == 0 ? found : "the files had " + found)}";
    }
}
