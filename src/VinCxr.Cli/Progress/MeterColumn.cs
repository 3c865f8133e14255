using Spectre.Console;
using Spectre.Console.Rendering;

namespace VinCxr.Cli.Progress;

/// <summary>Rate and remaining time beside a bar.</summary>
internal sealed class MeterColumn(ProgressMeter meter, ProgressUnit unit) : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        string rate = meter.Rate is { } perSecond ? unit.Rate(perSecond) : "";
        string remaining = task.IsFinished
            ? $"in {Rendering.Text.Duration(meter.Elapsed)}"
            : meter.Remaining is { } left ? $"{Rendering.Text.Duration(left)} left" : "";
        return new Markup($"[grey]{Markup.Escape($"{rate}  {remaining}")}[/]");
    }
}
