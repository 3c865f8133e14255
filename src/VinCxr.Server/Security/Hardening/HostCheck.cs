using System.Net;
using Microsoft.AspNetCore.Http;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Hosting;

namespace VinCxr.Server.Security.Hardening;

/// <summary>
/// Without authentication, whoever can make a browser on this machine call the server is its administrator. A web page can point a name of its own at
/// 127.0.0.1 (DNS rebinding); it cannot make the browser say another name in the Host header.
/// </summary>
internal sealed class HostCheck
{
    private readonly bool _isOpen;
    private readonly HashSet<string> _names;

    public HostCheck(ServeOptions options)
    {
        _isOpen = options.Security.Insecure;
        _names = new HashSet<string>(options.Security.Hosts, StringComparer.OrdinalIgnoreCase);
        if (_isOpen)
        {
            _names.Add(Environment.MachineName);
            _names.UnionWith(SecurityOptionsValidator.Addresses(options).Select(a => a.Host));
        }
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Problem(context) is { } problem)
        {
            await Problems.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, problem);
            return;
        }

        await next(context);
    }

    private string? Problem(HttpContext context)
    {
        // Should anything have made the server listen on more than its options say.
        if (!_isOpen && context.Connection.LocalIpAddress is { } local && !IPAddress.IsLoopback(local))
        {
            return "this server has no authentication and answers on its own machine only; start it with --auth keys";
        }

        string host = context.Request.Host.Host;
        return HealthPaths.Contains(context.Request.Path) || Loopback.IsHost(host) || _names.Contains(host) || (_isOpen && IPAddress.TryParse(host, out _))
            ? null
            : $"this server has no authentication and does not answer to the name '{SafeNames.Shown(host)}'; call it by localhost, or start it with --auth keys or --host";
    }
}
