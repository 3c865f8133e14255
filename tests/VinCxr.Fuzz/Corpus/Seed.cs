namespace VinCxr.Fuzz.Corpus;

/// <summary>A good file that inputs are made from.</summary>
/// <param name="File">The file; a deflated one with its data set inflated, so that mutations see its elements.</param>
/// <param name="Deflated">The data set is packed again after mutation.</param>
/// <param name="Weight">How often it is taken, relative to the others: costly ones less.</param>
internal sealed record Seed(string Name, byte[] File, bool Deflated, int Weight);
