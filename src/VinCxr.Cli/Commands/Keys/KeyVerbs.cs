using System.CommandLine;
using Microsoft.Extensions.Logging;
using VinCxr.Cli.Options;
using VinCxr.Data.Stores;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Audit;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Cli.Commands.Keys;

/// <summary>Shape shared by the verbs that work on the keys of a store, with or without a server.</summary>
internal static class KeyVerbs
{
    /// <summary>Adds <c>--store</c> and runs the verb. Whoever may write to the store may do everything on it, and is named in its audit log.</summary>
    public static Command OnKeys(this Command command, CliContext context, Func<KeyRing, ParseResult, CancellationToken, Task> run)
    {
        Option<string> store = CommonOptions.Store();
        command.Add(store);
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new NoteLogger(context)));
            var keys = new DocumentApiKeyStore(opened.Documents, context.Clock);
            var audit = new AuditLog(opened.Logs, context.Clock, loggers.CreateLogger<AuditLog>());
            await run(new KeyRing(keys, new KeyAdministration(keys, audit), Caller.OfThisMachine), parse, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    /// <param name="Administration">Makes and revokes them, and writes that down.</param>
    /// <param name="Self">Who runs this command.</param>
    public sealed record KeyRing(IApiKeyStore Keys, KeyAdministration Administration, Caller Self);

    /// <summary>What cannot be written to the audit log is told on stderr.</summary>
    private sealed class NoteLogger(CliContext context) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            context.Note(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
