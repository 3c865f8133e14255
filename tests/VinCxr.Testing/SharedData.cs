namespace VinCxr.Testing;

/// <summary>Real files that lie beside the checkout, in <c>../shared/data</c>; they are not part of the project.</summary>
public static class SharedData
{
    /// <summary>Folder of 57 real radiographs with lung boxes, or null when absent.</summary>
    public static string? RealLungs => Find("real-lungs");

    /// <summary>Folder of DICOM sample files with expected.csv, or null when absent.</summary>
    public static string? DicomSamples => Find("dicom-samples");

    private static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
