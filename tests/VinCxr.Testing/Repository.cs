namespace VinCxr.Testing;

/// <summary>The checkout that the tests were built in.</summary>
public static class Repository
{
    /// <exception cref="InvalidOperationException">They run elsewhere.</exception>
    public static DirectoryInfo Root { get; } = Find();

    private static DirectoryInfo Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VinCxr.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no VinCxr.sln above {AppContext.BaseDirectory}");
    }
}
