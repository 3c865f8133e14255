using Bunit;
using MudBlazor.Services;
using VinCxr.Contracts.Api;
using VinCxr.Server.Dashboard.Pages.Datasets;

namespace VinCxr.Server.Tests.Dashboard.Pages.Datasets;

public sealed class QuarantineTests : BunitContext
{
    public QuarantineTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
    }

    [Fact]
    public void Files_of_one_reason_are_one_row()
    {
        var shown = Show(3, [new("a.dcm", "no pixels"), new("b.dcm", "no pixels"), new("c.dcm", "damaged")]);

        Assert.Equal(["no pixels 2 a.dcm", "damaged 1 c.dcm"], Rows(shown));
    }

    [Fact]
    public async Task Many_reasons_come_in_pages()
    {
        var shown = Show(45, [.. Enumerable.Range(0, 45).Select(i => new QuarantinedFile($"{i}.dcm", $"reason {(char)('A' + (i / 26))}{(char)('a' + (i % 26))}"))]);
        Assert.Equal(20, Rows(shown).Count());

        await shown.FindAll(".mud-pagination button").Single(b => b.TextContent.Trim() == "3").ClickAsync();

        Assert.Equal(5, Rows(shown).Count());
    }

    [Fact]
    public void Who_does_not_see_patients_sees_the_number_only()
    {
        var shown = Show(3, []);

        Assert.Contains("3 files were not taken", shown.Find("[data-testid=quarantine-hidden]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Rows(shown));
    }

    private static IEnumerable<string> Rows(IRenderedComponent<Quarantine> shown) =>
        shown.FindAll("[data-testid=quarantine-groups] tbody tr").Select(r => string.Join(' ', r.Children.Select(c => c.TextContent)));

    private IRenderedComponent<Quarantine> Show(int total, QuarantinedFile[] files) => Render<Quarantine>(p => p.Add(q => q.Total, total).Add(q => q.Files, files));
}
