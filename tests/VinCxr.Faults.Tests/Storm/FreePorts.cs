using System.Net;
using System.Net.Sockets;

namespace VinCxr.Faults.Tests.Storm;

internal static class FreePorts
{
    /// <summary>Ports below the range that the system hands out for outgoing connections, so that a silo started again finds its own still free.</summary>
    public static int[] Take(int count)
    {
        List<TcpListener> taken = [];
        try
        {
            for (int port = Random.Shared.Next(12_000, 28_000); taken.Count < count; port++)
            {
                var listener = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    listener.Start();
                    taken.Add(listener);
                }
                catch (SocketException)
                {
                    // Somebody else's.
                }
            }

            return [.. taken.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            taken.ForEach(l => l.Dispose());
        }
    }
}
