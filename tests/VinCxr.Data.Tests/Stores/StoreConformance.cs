using VinCxr.Data.Stores;

namespace VinCxr.Data.Tests.Stores;

/// <summary>What every store must do, whatever it is made of. One derived class per kind of store.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    private IStore? _store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IStore Store => _store!;

    /// <summary>Opens one more handle on the test's store, as another process would.</summary>
    protected abstract Task<IStore> OpenAsync();

    /// <summary>Changes a byte of a stored blob behind the store's back, keeping its length.</summary>
    protected abstract Task CorruptAsync(string blobId);

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items.WithCancellation(Cancellation))
        {
            list.Add(item);
        }

        return list;
    }

    protected static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
