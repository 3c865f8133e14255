using VinCxr.Core;

namespace VinCxr.Server.Security.Control;

/// <summary>Calls of one caller: each only as <see cref="Access"/> allows, and every change in the audit log.</summary>
internal sealed class GuardedCalls(Caller? caller, AccessGate gate)
{
    /// <returns>The caller, who may.</returns>
    /// <exception cref="AccessDeniedException">The caller may not.</exception>
    public ValueTask<Caller> EnsureAsync(string operation, CancellationToken cancellationToken) => gate.EnsureAsync(caller, operation, cancellationToken);

    public async Task<T> ReadAsync<T>(string operation, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await EnsureAsync(operation, cancellationToken);
        return await read();
    }

    public Task<bool> ChangeAsync(string operation, string target, Func<Task> change, CancellationToken cancellationToken) => ChangeAsync(
        operation,
        target,
        async (_, _) =>
        {
            await change();
            return true;
        },
        cancellationToken);

    /// <param name="name">What the change is about, as far as that is known before.</param>
    public Task<T> ChangeAsync<T>(string operation, string? name, Func<Caller, ChangeTarget, Task<T>> change, CancellationToken cancellationToken)
    {
        var target = new ChangeTarget { Name = name };
        return gate.Audit.RecordAsync(
            caller,
            AccessGate.NameOf(operation),
            () => target.Name is { } told ? SafeNames.Shown(told, 200) : null,
            async () => await change(await EnsureAsync(operation, cancellationToken), target));
    }
}

/// <summary>What a change is about, once that is known.</summary>
internal sealed class ChangeTarget
{
    public string? Name { get; set; }
}
