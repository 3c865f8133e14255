using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Keys;

/// <summary><c>vincxr key ls</c>: who has been given a key, without their secrets.</summary>
internal static class KeyListCommand
{
    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("ls", "Keys of the store, newest first, those that ended too") { output }.OnKeys(context, async (ring, parse, cancellationToken) =>
            Renderer.List(
                context, output.ValueOf(parse), await ring.Keys.ListAsync(cancellationToken), KeyColumns.All, "no keys yet: vincxr key create NAME --role viewer"));
    }
}
