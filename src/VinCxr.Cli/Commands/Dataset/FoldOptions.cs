using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Core;
using VinCxr.Core.Consensus;
using VinCxr.Core.Folds;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Leakage;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>The options that say how a data set is split, the same for every verb that splits.</summary>
internal sealed class FoldOptions
{
    /// <summary>On the command line words are written with a dash, in sweep files with an underscore.</summary>
    private const string NearDuplicatesWord = "near-duplicates";

    private readonly Option<int> _count;
    private readonly Option<int> _seed = ValueOptions.Whole("--seed", "Seed of the split", new FoldsSpec().Seed, int.MinValue);
    private readonly ChoiceOption<string> _consensus =
        ValueOptions.Word("--consensus", "How the raters' boxes are merged, as labels.consensus of a sweep", "wbf", "wbf", "nms", "none");
    private readonly Option<double> _iou =
        ValueOptions.Real("--iou", "Overlap above which raters' boxes are merged, as labels.iou of a sweep", 0.4, 0, 1, minIncluded: false);
    private readonly Option<string?> _groupBy = ValueOptions.Optional(
        "--group-by", $"Images that share a fold: none, {NearDuplicatesWord}, a stored grouping, or a CSV file of image_id,group", "GROUPS");

    /// <param name="countName">Name of the option that gives the number of folds.</param>
    /// <param name="isOptional">True where no split is the default; then <see cref="CountOf"/> is 0 unless given.</param>
    public FoldOptions(string countName, bool isOptional = false) => _count = isOptional
        ? ValueOptions.Whole(countName, "Number of folds, 0 for no split", 0, 0)
        : ValueOptions.Whole(countName, "Number of folds", new FoldsSpec().Count, 2);

    public void AddTo(Command command)
    {
        command.Add(_count);
        command.Add(_seed);
        command.Add(_consensus);
        command.Add(_iou);
        command.Add(_groupBy);
    }

    public int CountOf(ParseResult parse) => parse.GetValue(_count);

    public int SeedOf(ParseResult parse) => parse.GetValue(_seed);

    public string GroupByOf(ParseResult parse) => parse.GetValue(_groupBy) ?? ImageGroups.None;

    public LabelsSpec LabelsOf(ParseResult parse) => new(_consensus.ValueOf(parse), parse.GetValue(_iou));

    /// <summary>Image id to group, for images that do not stand alone.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GroupsAsync(
        ParseResult parse, IStore store, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        string groupBy = GroupByOf(parse);
        return groupBy.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || File.Exists(groupBy)
            ? ImageGroups.Read(groupBy, manifest)
            : await new ImageGroups(store).ResolveAsync(
                manifest, groupBy == NearDuplicatesWord ? ImageGroups.NearDuplicatesName : groupBy, cancellationToken: cancellationToken);
    }

    /// <summary>Consensus labels, and the fold of every annotated image.</summary>
    /// <exception cref="InvalidInputException">More folds than images or groups, or a bad group file.</exception>
    public async Task<(IReadOnlyList<LabelledImage> Images, IReadOnlyDictionary<string, int> FoldOf)> AssignAsync(
        ParseResult parse, IStore store, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelledImage> images = RaterConsensus.Build(
            manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], LabelsOf(parse));
        IReadOnlyDictionary<string, string> groups = await GroupsAsync(parse, store, manifest, cancellationToken);
        return (images, StratifiedFolds.Assign(images, CountOf(parse), SeedOf(parse), groups));
    }
}
