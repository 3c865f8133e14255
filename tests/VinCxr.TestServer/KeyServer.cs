using VinCxr.Server.Security;

namespace VinCxr.TestServer;

/// <summary>The same server before people who show keys.</summary>
public class KeyServer : ApiServer
{
    protected override AuthMode Auth => AuthMode.Keys;
}
