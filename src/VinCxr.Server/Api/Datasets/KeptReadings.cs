namespace VinCxr.Server.Api.Datasets;

/// <summary>The values asked for last, each made once however many ask at the same time. What fails is not kept.</summary>
internal sealed class KeptReadings<T>
    where T : class
{
    private const int Most = 16;

    private readonly Lock _gate = new();

    /// <summary>Asked for last at the end.</summary>
    private readonly List<(string Key, Task<T> Value)> _kept = [];

    public Task<T> GetAsync(string key, Func<Task<T>> make)
    {
        lock (_gate)
        {
            int at = _kept.FindIndex(k => k.Key == key && !k.Value.IsFaulted && !k.Value.IsCanceled);
            var entry = at >= 0 ? _kept[at] : (key, Task.Run(make));
            _kept.RemoveAll(k => k.Key == key);
            _kept.Add(entry);
            if (_kept.Count > Most)
            {
                _kept.RemoveAt(0);
            }

            return entry.Item2;
        }
    }
}
