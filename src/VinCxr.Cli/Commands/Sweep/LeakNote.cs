using VinCxr.Core.Consensus;
using VinCxr.Core.Folds;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Leakage;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>
/// Says before training what the folds of a sweep would leak. It decodes nothing: without stored signatures it says how to make them, so that a
/// sweep file is still checked in a moment.
/// </summary>
internal static class LeakNote
{
    /// <exception cref="Core.NotFoundException">No such data set or grouping.</exception>
    /// <exception cref="Core.InvalidInputException">More folds than images or groups of them.</exception>
    public static async Task WriteAsync(CliContext context, IStore store, SweepSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Folds.GroupBy == ImageGroups.NearDuplicatesName)
        {
            context.Note("near-duplicate images share a fold (folds.group_by)");
            return;
        }

        DatasetManifest manifest = await new DatasetCatalog(store).GetAsync(spec.Dataset, cancellationToken);
        if (await new SignatureSet(store).FindAsync(manifest, cancellationToken) is not { } signatures)
        {
            context.Note($"near-duplicate images across folds were not looked for: vincxr dataset leaks {manifest.Name}");
            return;
        }

        IReadOnlyList<LabelledImage> images = RaterConsensus.Build(
            manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], spec.Settings.Labels);
        IReadOnlyDictionary<string, string> groups = await new ImageGroups(store).ResolveAsync(manifest, spec.Folds.GroupBy, cancellationToken: cancellationToken);
        IReadOnlyDictionary<string, int> foldOf = StratifiedFolds.Assign(images, spec.Folds.Count, spec.Folds.Seed, groups);
        int crossing = Leak.Of(NearDuplicates.Find(signatures, new DuplicateOptions()), foldOf).Count(l => l.Crosses);
        context.Note(crossing == 0
            ? "no near-duplicate images across folds"
            : $"warning: {crossing} near-duplicate pairs of images lie across folds and will flatter the scores; see vincxr dataset leaks {manifest.Name}, or set folds: {{group_by: near_duplicates}}");
    }
}
