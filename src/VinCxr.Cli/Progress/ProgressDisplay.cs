using Spectre.Console;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Progress;

/// <summary>Shows the progress of one piece of work on stderr: a bar on a terminal, a line every few seconds elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <param name="title">What is being done, for example <c>ingest phantoms</c>.</param>
    public static async Task<T> RunAsync<T>(CliContext context, string title, ProgressUnit unit, Func<IProgressBar, Task<T>> work)
    {
        if (!context.ErrorIsTerminal)
        {
            var lines = new ProgressLines(context.Error, title, unit, context.Clock);
            T plain = await work(lines);
            lines.Finish();
            return plain;
        }

        var meter = new ProgressMeter(context.Clock);
        return await TableRenderer.ErrorConsole(context).Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 30 },
                new PercentageColumn(),
                new MeterColumn(meter, unit),
                new SpinnerColumn())
            .StartAsync(async live =>
            {
                ProgressTask task = live.AddTask(Markup.Escape(title), maxValue: double.MaxValue);
                task.IsIndeterminate = true;
                T result = await work(new Bar(task, meter, title));
                task.IsIndeterminate = false;
                task.MaxValue = Math.Max(1, meter.Done);
                task.Value = task.MaxValue;
                return result;
            });
    }

    private sealed class Bar(ProgressTask task, ProgressMeter meter, string title) : IProgressBar
    {
        private readonly Lock _lock = new();

        public void Update(double done, double total, string? note)
        {
            lock (_lock)
            {
                meter.Update(done, total);
                task.IsIndeterminate = total <= 0;
                task.MaxValue = total <= 0 ? double.MaxValue : total;
                task.Value = done;
                task.Description = Markup.Escape(note is null ? title : $"{title} · {note}");
            }
        }
    }
}
