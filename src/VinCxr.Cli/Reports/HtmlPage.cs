using System.Net;
using System.Text;

namespace VinCxr.Cli.Reports;

/// <summary>A page that needs nothing but itself: pictures are inside, one for light and one for dark paper.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2933; --soft: #5d6b79; --line: #d9dfe6; --band: #f5f7fa; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #d9e0e8; --soft: #9aa7b4; --line: #313943; --band: #1b2127; } }
        body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 80rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.25rem; margin: 3rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
        p { max-width: 55rem; } .soft, figcaption, caption { color: var(--soft); font-size: .92rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; } a { color: inherit; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
        dl.facts div { background: var(--band); border-radius: .5rem; padding: .7rem .9rem; } dl.facts dt { color: var(--soft); font-size: .85rem; } dl.facts dd { margin: 0; font-size: 1.3rem; }
        figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; display: block; } figcaption { margin-top: .4rem; max-width: 55rem; }
        .table { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; margin: .8rem 0; }
        caption { text-align: left; padding-bottom: .3rem; } th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; font-weight: normal; } thead th, thead th:first-child { font-weight: 600; }
        summary { cursor: pointer; }
        """;

    private readonly StringBuilder _body = new();
    private readonly List<(string Id, string Title)> _sections = [];

    public HtmlPage Section(string heading)
    {
        string id = $"s{_sections.Count + 1}";
        _sections.Add((id, heading));
        _body.Append($"<h2 id=\"{id}\">{Text(heading)}</h2>\n");
        return this;
    }

    public HtmlPage Paragraph(string text)
    {
        _body.Append($"<p>{Text(text)}</p>\n");
        return this;
    }

    public HtmlPage Facts(IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append("<dl class=\"facts\">");
        foreach ((string name, string value) in facts)
        {
            _body.Append($"<div><dt>{Text(name)}</dt><dd>{Text(value)}</dd></div>");
        }

        _body.Append("</dl>\n");
        return this;
    }

    /// <param name="alt">What the picture shows, for those who cannot see it.</param>
    public HtmlPage Figure(byte[] lightPng, byte[] darkPng, string alt, string caption)
    {
        _body.Append($"<figure><picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"{Inline(darkPng)}\"><img src=\"{Inline(lightPng)}\" alt=\"{Text(alt)}\"></picture>")
            .Append($"<figcaption>{Text(caption)}</figcaption></figure>\n");
        return this;
    }

    /// <summary>A table; one that repeats a picture's numbers can be folded away.</summary>
    public HtmlPage Table(string caption, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, bool folded = false)
    {
        _body.Append(folded ? $"<details><summary>{Text(caption)}</summary>" : "").Append("<div class=\"table\"><table>");
        _body.Append(folded ? "" : $"<caption>{Text(caption)}</caption>").Append("<thead><tr>");
        _body.AppendJoin("", header.Select(h => $"<th scope=\"col\">{Text(h)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            _body.Append("<tr>").Append($"<th scope=\"row\">{Text(row[0])}</th>").AppendJoin("", row.Skip(1).Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>\n");
        }

        _body.Append("</tbody></table></div>").Append(folded ? "</details>\n" : "\n");
        return this;
    }

    /// <param name="subtitle">A line below the title.</param>
    public string Build(string subtitle) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <header>
        <h1>{Text(title)}</h1>
        <p class="soft">{Text(subtitle)}</p>
        </header>
        <nav aria-label="Sections"><ul>{string.Concat(_sections.Select(s => $"<li><a href=\"#{s.Id}\">{Text(s.Title)}</a></li>"))}</ul></nav>
        <main>
        {_body}</main>
        </body>
        </html>

        """;

    private static string Inline(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
