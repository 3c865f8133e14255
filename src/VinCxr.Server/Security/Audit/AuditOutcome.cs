namespace VinCxr.Server.Security.Audit;

/// <summary>Words of an entry's outcome.</summary>
internal static class AuditOutcome
{
    /// <summary>About to take effect; of operations that must not happen unrecorded.</summary>
    public const string Begun = "begun";

    public const string Done = "done";

    /// <summary>The caller may not.</summary>
    public const string Denied = "denied";

    /// <summary>The caller may, and it did not work.</summary>
    public const string Failed = "failed";
}
