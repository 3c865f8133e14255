namespace VinCxr.Core.Trials;

/// <summary>Tells a disk that is full from other trouble with files.</summary>
public static class DiskSpace
{
    // errno ENOSPC and EDQUOT of Linux, which .NET hands on as they are; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <returns>True when the error, or one that it wraps, says that a disk or quota is full.</returns>
    public static bool IsExhausted(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException && Codes.Contains(cause.HResult))
            {
                return true;
            }
        }

        return false;
    }
}
