using Microsoft.AspNetCore.Http;

namespace VinCxr.Server.Security.Hardening;

/// <summary>Answered for everybody, by any name of the machine and without limits: supervisors ask by address, and often.</summary>
internal static class HealthPaths
{
    public static bool Contains(PathString path) => path == "/healthz" || path == "/readyz";
}
