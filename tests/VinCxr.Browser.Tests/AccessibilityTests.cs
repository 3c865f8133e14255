using VinCxr.TestServer;

namespace VinCxr.Browser.Tests;

/// <summary>The check that other tests lean on finds what it is there for.</summary>
public sealed class AccessibilityTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("<p style='color: #888; background: #999'>faint</p>", "color-contrast")]
    [InlineData("<button></button>", "button-name")]
    [InlineData("<input type='text'>", "label")]
    [InlineData("<img src='data:,'>", "image-alt")]
    [InlineData("<p style='color: #222; background: #fff'>plain</p><button>Go</button>", null)]
    public async Task Faint_text_and_nameless_controls_are_found(string body, string? rule)
    {
        await using var opened = await browser.OpenAsync(new Uri(server.Address, "/healthz"));
        await opened.Page.SetContentAsync($"<!doctype html><html lang='en'><head><title>t</title></head><body>{body}</body></html>");

        var violations = await Accessibility.ViolationsAsync(opened.Page);

        Assert.Equal(rule is null ? [] : [rule], violations.Select(v => v.Split(':')[0]));
    }
}
