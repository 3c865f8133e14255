using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Cli.Commands.Keys;

/// <summary><c>vincxr key create</c>: makes a key and shows it this once.</summary>
internal static class KeyCreateCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "What the key is for, such as a person or a pipeline");
        Option<string> role = ValueOptions.Required("--role", $"What it allows: {string.Join(", ", Roles.Names)}, each also what those before it do", string.Join('|', Roles.Names));
        Option<string?> user = ValueOptions.Optional("--user", "Who acts with it, whom sweeps then belong to; the key's name by default", "USER");
        Option<bool> patients = ValueOptions.Flag("--patients", "Also shows images and metadata of patients");
        Option<TimeSpan> expires = DurationOption.Create("--expires", "Time until it ends", TimeSpan.FromDays(DocumentApiKeyStore.DefaultDays));
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("create", "Make a key and show it, this once") { name, role, user, patients, expires, output }.OnKeys(context, async (ring, parse, cancellationToken) =>
        {
            var request = new CreateKey(
                parse.GetRequiredValue(name), parse.GetRequiredValue(role), parse.GetValue(user), parse.GetValue(patients), parse.GetValue(expires).TotalDays);
            CreatedKey created = await ring.Administration.CreateAsync(ring.Self, request, cancellationToken);
            Renderer.Show(context, output.ValueOf(parse), created, [created], Columns, _ =>
            {
                // Alone on standard output, so that a script can take it as it is.
                context.Out.WriteLine(created.Key);
                context.Note($"key {created.Info.Id} of '{created.Info.User}', {created.Info.Role}{(created.Info.Patients ? " with patients" : "")}, until {Text.Of(created.Info.ExpiresAt)}; "
                    + "it cannot be shown again");
            });
        });
    }

    private static readonly Column<CreatedKey>[] Columns = [.. KeyColumns.All.Select(c => new Column<CreatedKey>(c.Key, c.Title, k => c.Value(k.Info))), new("key", "Key", k => k.Key)];
}
