using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;
using VinCxr.Server.Webhooks;

namespace VinCxr.Cli.Commands.Serve;

/// <summary><c>vincxr serve</c>: the long-running server of a store.</summary>
internal static class ServeCommand
{
    private const string DefaultUrls = "http://127.0.0.1:8080";
    private const string AnyPort = "http://127.0.0.1:0";

    public static Command Create(CliContext context)
    {
        ChoiceOption<string> role = ValueOptions.Word("--role", "all trains and controls, control only controls, gpu trains and controls only while nobody else does", "all", "all", "control", "gpu");
        Option<string?> urls = ValueOptions.Optional(
            "--urls", $"Addresses to answer on, separated by semicolons; port 0 takes a free one, as role gpu does; otherwise {DefaultUrls}", "URL");
        Option<string> clustering = ClusteringOption.ForServer();
        Option<string?> advertise = ValueOptions.Optional("--advertise", "Name or address by which other silos reach this machine; the one that leads to the table of silos by default", "HOST");
        Option<int> siloPort = ValueOptions.Whole("--silo-port", "Port for other silos; 0 takes a free one", 0, 0, 65_535);
        Option<int> gatewayPort = ValueOptions.Whole("--gateway-port", "Port for commands; 0 takes a free one", 0, 0, 65_535);
        Option<double> grace = ValueOptions.Real("--grace", "Seconds to end in order after SIGTERM or Ctrl-C; a second one ends at once", 60, 1, 3600);
        Option<double> leaseTtl = ValueOptions.Real("--lease-ttl", "Seconds after which a silent agent's work goes to another", 15, 0, 86_400);
        Option<double> joinTimeout = ValueOptions.Real("--join-timeout", "Seconds to wait for a server to join, or for the table of silos to answer", 60, 0, 86_400, minIncluded: false);
        Option<double> placementWait = ValueOptions.Real(
            "--placement-wait", "Seconds a trial waits for a free node that holds its images before another fetches them", 5, 0, 600);
        Option<string?> node = ValueOptions.Optional("--node", "Name of this node among those of the store; the machine's name by default", "NAME");
        Option<string?> cache = ValueOptions.Optional("--cache", "Folder of this node's cache of prepared images; beside a file:// store by default", "DIR");
        Option<double> cacheSize = ValueOptions.Real("--cache-size", "Size to keep the cache under, in GB", 64, 0, 1e6, minIncluded: false);
        var agent = new AgentOptions();
        var security = new ServeSecurityOptions();
        var uploads = new ServeUploadOptions();
        Option<string[]> webhooks = ValueOptions.Many("--webhook", "Address that is told of every sweep that ends; repeat it for more", "URL");
        Option<string?> webhookSecret = ValueOptions.Optional(
            "--webhook-secret-file", $"File with the secret that signs what webhooks send; {WebhookOptions.SecretVariable} by default", "FILE");
        Option<string> store = CommonOptions.Store();
        var command = new Command("serve", "Run the server of a store, or add to one that runs: control, training and web endpoints, until interrupted")
        {
            role, urls, clustering, advertise, siloPort, gatewayPort, grace, leaseTtl, joinTimeout, placementWait, node, cache, cacheSize, webhooks, webhookSecret, store,
        };
        agent.AddTo(command);
        security.AddTo(command);
        uploads.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var options = new ServeOptions
            {
                Store = parse.GetRequiredValue(store),
                Role = role.ValueOf(parse),
                Urls = parse.GetValue(urls) ?? (role.ValueOf(parse) == "gpu" ? AnyPort : DefaultUrls),
                Clustering = parse.GetRequiredValue(clustering),
                Advertise = parse.GetValue(advertise),
                SiloPort = parse.GetValue(siloPort),
                GatewayPort = parse.GetValue(gatewayPort),
                Grace = TimeSpan.FromSeconds(parse.GetValue(grace)),
                Agent = agent.Of(parse) with
                {
                    NodeName = parse.GetValue(node),
                    CacheDirectory = parse.GetValue(cache),
                    CacheBytes = (long)(parse.GetValue(cacheSize) * 1e9),
                },
                LeaseTtl = TimeSpan.FromSeconds(parse.GetValue(leaseTtl)),
                JoinTimeout = TimeSpan.FromSeconds(parse.GetValue(joinTimeout)),
                PlacementWait = TimeSpan.FromSeconds(parse.GetValue(placementWait)),
                Security = security.Of(parse),
                SiloTls = security.SiloTlsOf(parse),
                Uploads = uploads.Of(parse),
                Webhooks = new WebhookOptions { Urls = parse.GetValue(webhooks) ?? [], SecretFile = parse.GetValue(webhookSecret) },
            };
            await ServeHost.RunServeAsync(options, addresses => Announce(context, options, addresses), note: context.Note, cancellationToken: cancellationToken);
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
