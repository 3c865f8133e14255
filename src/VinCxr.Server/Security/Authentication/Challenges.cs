using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security.Login;

namespace VinCxr.Server.Security.Authentication;

/// <summary>What somebody hears who is not let in.</summary>
internal static class Challenges
{
    public const string NoCredentials = "give an API key as 'Authorization: Bearer vcx_…', made by 'vincxr key create'";

    /// <summary>Nobody is signed in: programs are told so, browsers are sent to the sign-in.</summary>
    public static Task ChallengeAsync(HttpContext context)
    {
        if (IsForPrograms(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, NoCredentials);
        }

        // Behind a link on another site a browser leaves strict cookies out; asked again by a page of ours, it sends them.
        if (context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            return LoginPage.GoOn(context.Request.GetEncodedPathAndQuery()).ExecuteAsync(context);
        }

        context.Response.Redirect($"{LoginEndpoints.Path}?to={Uri.EscapeDataString(context.Request.GetEncodedPathAndQuery())}");
        return Task.CompletedTask;
    }

    public static Task ForbidAsync(HttpContext context)
    {
        string who = Caller.Of(context.User) is { } caller ? $"'{caller.User}' is {Roles.NameOf(caller.Role)}{(caller.Patients ? "" : " without sight of patients' data")}" : "the caller has no role";
        return Problems.WriteAsync(context, StatusCodes.Status403Forbidden, $"{who} and may not do this");
    }

    /// <summary>True for requests whose answer a program reads; a browser that loads a page is sent to a page instead.</summary>
    private static bool IsForPrograms(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
