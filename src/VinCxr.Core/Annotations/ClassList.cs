namespace VinCxr.Core.Annotations;

/// <summary>One label of a data set.</summary>
/// <param name="Id">Class id of the annotation file.</param>
/// <param name="Name">Name shown to people.</param>
public sealed record LabelClass(int Id, string Name);

/// <summary>
/// The classes of a data set, in ascending id order. The class list belongs to a data set, never to the code;
/// <see cref="VinBigData"/> is only the default for generated data.
/// </summary>
/// <param name="Classes">All classes including the <i>No finding</i> class if there is one; ids are unique.</param>
/// <param name="NoFindingId">Id of the class that marks a normal image, or null when the data set has none.</param>
public sealed record ClassList(IReadOnlyList<LabelClass> Classes, int? NoFindingId)
{
    /// <summary>The 14 findings and <i>No finding</i> (14) of VinBigData.</summary>
    public static ClassList VinBigData { get; } = new(
        [
            new(0, "Aortic enlargement"), new(1, "Atelectasis"), new(2, "Calcification"), new(3, "Cardiomegaly"),
            new(4, "Consolidation"), new(5, "ILD"), new(6, "Infiltration"), new(7, "Lung Opacity"), new(8, "Nodule/Mass"),
            new(9, "Other lesion"), new(10, "Pleural effusion"), new(11, "Pleural thickening"), new(12, "Pneumothorax"),
            new(13, "Pulmonary fibrosis"), new(14, "No finding"),
        ],
        14);

    /// <summary>The classes that have boxes, that is all but <i>No finding</i>; a detector has one output per entry, in this order.</summary>
    public IReadOnlyList<LabelClass> Findings => [.. Classes.Where(c => c.Id != NoFindingId)];

    /// <summary>Name of class <paramref name="id"/>, or <c>class {id}</c> for an unknown id.</summary>
    public string NameOf(int id) => Classes.FirstOrDefault(c => c.Id == id)?.Name ?? $"class {id}";
}
