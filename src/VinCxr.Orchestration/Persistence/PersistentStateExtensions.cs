namespace VinCxr.Orchestration.Persistence;

internal static class PersistentStateExtensions
{
    /// <summary>Writes the next state; memory keeps the old one when the write fails, so that nothing unsaved is ever acted on.</summary>
    public static async Task SaveAsync<T>(this IPersistentState<T> state, T next)
        where T : class
    {
        var previous = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = previous;
            throw;
        }
    }
}
