using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace VinCxr.Server.Security.Login;

/// <summary>Pages that stand by themselves, without script: they are seen before anybody is signed in.</summary>
internal static class LoginPage
{
    private const string Style = ":root{color-scheme:light dark;--accent:light-dark(#1b5e9b,#8ec5ff);--on:light-dark(#fff,#0b1b2b);--edge:light-dark(#c9d3dd,#33414f)}"
        + "body{font:16px system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;margin:0;background:light-dark(#f4f7fa,#10171f)}"
        + "main{box-sizing:border-box;width:min(24rem,92vw);padding:2rem;border:1px solid var(--edge);border-radius:.6rem;background:light-dark(#fff,#18222d)}"
        + "h1{margin-top:0;color:var(--accent)}label{font-weight:600}"
        + "input,button,a.button{box-sizing:border-box;width:100%;padding:.7rem;margin:.4rem 0 1rem;font:inherit;border:1px solid var(--edge);border-radius:.4rem}"
        + "button{background:var(--accent);color:var(--on);border-color:transparent;margin-bottom:0;cursor:pointer}a.button{display:block;text-align:center;color:var(--accent)}"
        + ".error{color:light-dark(#b71c1c,#ff8a80)}";

    /// <param name="hidden">Name and value of the field against forged forms.</param>
    /// <param name="to">Where to go afterwards, or null.</param>
    public static ContentHttpResult SignIn((string Name, string Value) hidden, string? to, string? error, bool hasOidc, int status) => Page(
        "Sign in",
        (error is null ? "" : $"<p class=\"error\" role=\"alert\">{Html(error)}</p>")
        + (hasOidc ? $"<a class=\"button\" href=\"{LoginEndpoints.OidcPath}?to={Html(Uri.EscapeDataString(to ?? "/"))}\">Sign in with your organisation</a>" : "")
        + $"<form method=\"post\" action=\"{LoginEndpoints.Path}\">"
        + $"<input type=\"hidden\" name=\"{Html(hidden.Name)}\" value=\"{Html(hidden.Value)}\">"
        + $"<input type=\"hidden\" name=\"to\" value=\"{Html(to ?? "/")}\">"
        + "<label for=\"key\">API key</label>"
        + "<input id=\"key\" name=\"key\" type=\"password\" autocomplete=\"off\" autofocus required placeholder=\"vcx_…\">"
        + "<button>Sign in</button></form>",
        status);

    public static ContentHttpResult SignOut() => Page(
        "Sign out", $"<form method=\"post\" action=\"{LoginEndpoints.LogoutPath}\"><button>Sign out</button></form>", StatusCodes.Status200OK);

    /// <summary>Sends a browser on by itself, so that it takes its strict cookies along as it does not behind a link of another site.</summary>
    /// <param name="to">A path of this server.</param>
    public static ContentHttpResult GoOn(string to)
    {
        string path = LocalPaths.Of(to);
        return Page("Signing in", $"<p><a href=\"{Html(path)}\">Go on</a></p>", StatusCodes.Status200OK, $"<meta http-equiv=\"refresh\" content=\"0;url={Html(path)}\">");
    }

    private static ContentHttpResult Page(string title, string body, int status, string head = "") => TypedResults.Text(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + $"{head}<title>{title} - VinCxr</title><style>{Style}</style></head><body><main><h1>VinCxr</h1>{body}</main></body></html>",
        "text/html; charset=utf-8",
        statusCode: status);

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
