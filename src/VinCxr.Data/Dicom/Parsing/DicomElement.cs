namespace VinCxr.Data.Dicom.Parsing;

/// <summary>One element as it lies in the file.</summary>
/// <param name="Vr">Two letters from the file (explicit VR) or from the dictionary (implicit VR); <c>UN</c> when neither knows.</param>
/// <param name="Value">The value field. Sequences: the items. Pixel data that is cut short or has no length: all that is left of the file.</param>
/// <param name="DeclaredLength">Value length in bytes as the element header states it; null when undefined.</param>
/// <param name="Encoding">How items inside the value are encoded.</param>
internal sealed record DicomElement(DicomTag Tag, string Vr, ReadOnlyMemory<byte> Value, uint? DeclaredLength, DicomEncoding Encoding);
