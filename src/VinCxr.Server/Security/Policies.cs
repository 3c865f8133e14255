namespace VinCxr.Server.Security;

/// <summary>
/// Names of the authorization policies, one per role; each role may do what those before it may. Every endpoint and page requires one of them.
/// </summary>
public static class Policies
{
    /// <summary>Reads everything but images and metadata of patients.</summary>
    public const string Viewer = "viewer";

    /// <summary>Submits sweeps, and steers those it submitted.</summary>
    public const string Submitter = "submitter";

    /// <summary>Steers every sweep, drains nodes, sets queues.</summary>
    public const string Operator = "operator";

    /// <summary>Makes and revokes keys, reads the audit log.</summary>
    public const string Admin = "admin";

    /// <summary>Sees images and metadata of patients: a permission beside the role.</summary>
    public const string Patients = "patients";
}
