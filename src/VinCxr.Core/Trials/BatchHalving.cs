namespace VinCxr.Core.Trials;

/// <summary>How a batch shrinks after attempts that ran out of memory.</summary>
public static class BatchHalving
{
    /// <summary>
    /// Images per forward pass after so many halvings: each takes the largest divisor that is at most half, so that the batch times its accumulation stays
    /// exactly what the sweep asked for. 12 gives 6, 3, 1; 5 gives 1.
    /// </summary>
    /// <param name="batch">At least 1.</param>
    /// <param name="halvings">At least 0; those beyond a batch of 1 change nothing.</param>
    public static int Batch(int batch, int halvings)
    {
        int current = batch;
        for (int i = 0; i < halvings && current > 1; i++)
        {
            int next = current / 2;
            while (batch % next != 0)
            {
                next--;
            }

            current = next;
        }

        return current;
    }
}
