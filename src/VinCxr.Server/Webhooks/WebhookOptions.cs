namespace VinCxr.Server.Webhooks;

/// <summary>Whom the server tells of sweeps that ended. Only the operator names addresses: nothing that a client sends leads to a request.</summary>
public sealed record WebhookOptions
{
    /// <summary>Environment variable with the secret that signs what is sent.</summary>
    public const string SecretVariable = "VINCXR_WEBHOOK_SECRET";

    /// <summary>Addresses that are told; https, or http on this machine. All silos that may hold grains are given the same ones.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>File whose first line is the secret; null takes it from <see cref="SecretVariable"/>. Read once, at start.</summary>
    public string? SecretFile { get; init; }
}
