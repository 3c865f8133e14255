using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Api;

namespace VinCxr.Cli.Commands.Keys;

/// <summary><c>vincxr key revoke</c>.</summary>
internal static class KeyRevokeCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> id = ValueOptions.Argument("id", "Id of the key, as key ls shows it");
        return new Command("revoke", "End a key for good; servers that run refuse it within 5 seconds") { id }.OnKeys(context, async (ring, parse, cancellationToken) =>
        {
            KeyInfo revoked = await ring.Administration.RevokeAsync(ring.Self, parse.GetRequiredValue(id), cancellationToken);
            context.Out.WriteLine($"key {revoked.Id} ({revoked.Name}) revoked");
        });
    }
}
