using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Stored bits to codes 0..<see cref="Largest"/> that ascend with the stored value: code = ((bits >> Shift) &amp; Mask) ^ Flip. Bits beside
/// the stored ones may hold overlays (PS3.5 section 8.1.1); a sign is flipped, which adds <see cref="Bias"/>.
/// </summary>
internal readonly record struct CodeBits(int Shift, ushort Mask, ushort Flip)
{
    public int Largest => Mask;

    /// <summary>Code of the stored value 0.</summary>
    public int Bias => Flip;

    public static CodeBits Of(DicomHeader header) => new(
        header.HighBit + 1 - header.BitsStored,
        (ushort)((1 << header.BitsStored) - 1),
        (ushort)(header.Signed ? 1 << (header.BitsStored - 1) : 0));

    public ushort Code(ushort stored) => (ushort)(((stored >> Shift) & Mask) ^ Flip);
}
