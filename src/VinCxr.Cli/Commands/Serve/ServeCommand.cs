using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Serve;

/// <summary><c>vincxr serve</c>: the long-running server of a store.</summary>
internal static class ServeCommand
{
    public static Command Create(CliContext context)
    {
        ChoiceOption<string> role = ValueOptions.Word("--role", "all trains and controls, control only controls, gpu trains", "all", "all", "control", "gpu");
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses to answer on, separated by semicolons; port 0 takes a free one",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        var clustering = new Option<string>("--clustering")
        {
            Description = "How silos find each other",
            HelpName = "localhost",
            DefaultValueFactory = _ => "localhost",
        };
        Option<double> leaseTtl = ValueOptions.Real("--lease-ttl", "Seconds after which a silent agent's work goes to another", 15, 1, 600);
        var agent = new AgentOptions();
        Option<string> store = CommonOptions.Store();
        var command = new Command("serve", "Run the server of a store: control, training and web endpoints, until interrupted") { role, urls, clustering, leaseTtl, store };
        agent.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var options = new ServeOptions
            {
                Store = parse.GetRequiredValue(store),
                Role = role.ValueOf(parse),
                Urls = parse.GetRequiredValue(urls),
                Clustering = parse.GetRequiredValue(clustering),
                Agent = agent.Of(parse),
                LeaseTtl = TimeSpan.FromSeconds(parse.GetValue(leaseTtl)),
            };
            await ServeHost.RunServeAsync(options, addresses => Announce(context, options, addresses), cancellationToken: cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Announce(CliContext context, ServeOptions options, IReadOnlyList<string> addresses)
    {
        context.Out.WriteLine($"serving {options.Store} as {options.Role} on {string.Join(", ", addresses)}; Ctrl-C ends it");
        context.Out.Flush();
    }
}
