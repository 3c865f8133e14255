using System.Net;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Server.Security.Authentication;

/// <param name="Caller">Whose key it is, or null.</param>
/// <param name="Problem">Why nobody is let in; fit to be told to whoever asked.</param>
/// <param name="IsThrottled">True when the key was not even looked at.</param>
internal sealed record KeyVerdict(Caller? Caller, string Problem = "", bool IsThrottled = false);

/// <summary>Tells whose key a text is.</summary>
internal sealed class ApiKeyAuthenticator(ApiKeyCache keys, FailedLogins failures, TimeProvider clock)
{
    private const string Unknown = "this is not a key of this server";

    /// <exception cref="VinCxr.Core.StoreException">The store does not answer.</exception>
    public async Task<KeyVerdict> CheckAsync(string? text, IPAddress? address, CancellationToken cancellationToken)
    {
        var token = ApiKeyToken.Parse(text);

        // Callers who work from the same address as somebody who guesses go on while their keys are known.
        bool isKnown = token is not null && keys.FindFresh(token.Id) is { } fresh && token.Matches(fresh);
        if (!isKnown && !failures.MayTry(address))
        {
            return new KeyVerdict(null, "too many wrong keys from this address; wait a minute", IsThrottled: true);
        }

        var verdict = token is null ? new KeyVerdict(null, Unknown) : await CheckAsync(token, address, cancellationToken);
        if (verdict.Caller is null)
        {
            failures.Count(address);
        }

        return verdict;
    }

    private async Task<KeyVerdict> CheckAsync(ApiKeyToken token, IPAddress? address, CancellationToken cancellationToken)
    {
        // Why a key ended is told only to those who have it.
        if (await keys.FindAsync(token.Id, cancellationToken) is not { } key || !token.Matches(key))
        {
            return new KeyVerdict(null, Unknown);
        }

        return key.Problem(clock.GetUtcNow()) is { } problem
            ? new KeyVerdict(null, problem)
            : new KeyVerdict(key.ToCaller(address?.ToString()), $"key {key.Id} has a role that this version does not know");
    }
}
