using System.Globalization;
using System.Security.Claims;

namespace VinCxr.Server.Security;

/// <summary>Who asks. Travels as claims of a principal that holds nothing else, so that no claim of a foreign token is ever taken for one of ours.</summary>
/// <param name="Patients">Whether images and metadata of patients are shown.</param>
/// <param name="KeyId">API key that the caller came or signed in with, or null.</param>
/// <param name="Address">Remote address, or null.</param>
/// <param name="Until">When a sign-in that no key stands behind ends, or null.</param>
public sealed record Caller(string User, Role Role, bool Patients, string? KeyId = null, string? Address = null, DateTimeOffset? Until = null)
{
    private const string RoleClaim = "vincxr:role";
    private const string PatientsClaim = "vincxr:patients";
    private const string KeyClaim = "vincxr:key";
    private const string AddressClaim = "vincxr:address";
    private const string UntilClaim = "vincxr:until";

    /// <summary>Whoever runs a command here, by the user of the operating system; containers may have none.</summary>
    public static Caller OfThisMachine { get; } = new(SafeNames.IsSafe(Environment.UserName) ? Environment.UserName : "local", Role.Admin, Patients: true);

    /// <returns>The caller, or null when nobody is signed in.</returns>
    public static Caller? Of(ClaimsPrincipal principal)
    {
        if (principal.Identity is not { IsAuthenticated: true, Name: { Length: > 0 } user } || Roles.Find(principal.FindFirstValue(RoleClaim)) is not { } role)
        {
            return null;
        }

        DateTimeOffset? until = long.TryParse(principal.FindFirstValue(UntilClaim), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
        return new Caller(
            user, role, principal.HasClaim(PatientsClaim, "true"), principal.FindFirstValue(KeyClaim), principal.FindFirstValue(AddressClaim), until);
    }

    /// <param name="scheme">How the caller was recognised.</param>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        List<Claim> claims = [new(ClaimTypes.Name, User), new(RoleClaim, Roles.NameOf(Role))];
        if (Patients)
        {
            claims.Add(new Claim(PatientsClaim, "true"));
        }

        if (KeyId is not null)
        {
            claims.Add(new Claim(KeyClaim, KeyId));
        }

        if (Address is not null)
        {
            claims.Add(new Claim(AddressClaim, Address));
        }

        if (Until is { } until)
        {
            claims.Add(new Claim(UntilClaim, until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, ClaimTypes.Name, RoleClaim));
    }
}
