using VinCxr.MongoServer;

if (args is not (["--port", _] or []) || !ushort.TryParse(args.Length == 2 ? args[1] : "0", out ushort port))
{
    Console.Error.WriteLine("usage: VinCxr.MongoServer [--port N]; ends when its input is closed");
    return 2;
}

await using var server = MongoTestServer.Start(port);
Console.WriteLine(server.Uri);

// A parent that dies closes the pipe, so no server outlives its test.
while (await Console.In.ReadLineAsync() is not null)
{
}

return 0;
