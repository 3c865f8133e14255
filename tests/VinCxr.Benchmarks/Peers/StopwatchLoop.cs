using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Benchmarks.Peers;

/// <summary>
/// Our side of a paired measurement: for every line <c>WORK FILE</c> on standard input the work is done once and its milliseconds are
/// answered on a line. Peers/prepare.py asks, by turns with its own runs.
/// </summary>
internal static class StopwatchLoop
{
    public const string Command = "loop";

    private static readonly DicomReader Reader = new();
    private static byte[] _buffer = [];

    public static void Run(TextReader input, TextWriter output)
    {
        while (input.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ', 2);
            Action work = Work(parts[0], parts[1]);
            long start = Stopwatch.GetTimestamp();
            work();
            output.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture));
            output.Flush();
        }
    }

    private static Action Work(string name, string file) => name.Split(':') switch
    {
        // The transform, such as file:minmax or file:equalize.
        ["file", var transform] => () => PlaneSource.FromFile(file, Spec(transform)),
        ["general", var transform] => () => ImagePreparation.Prepare(Reader.Read(File.ReadAllBytes(file)), Spec(transform)),
        ["bytes", var transform] => FromBytes(File.ReadAllBytes(file), transform),
        ["read"] => () => ReadWhole(file),
        ["sha256"] => Hash(File.ReadAllBytes(file)),
        ["decode"] => Decode(File.ReadAllBytes(file)),
        _ => throw new ArgumentException($"unknown work '{name}'"),
    };

    private static Action FromBytes(byte[] bytes, string transform) => () => PlaneSource.FromBytes(bytes, Spec(transform));

    private static Action Hash(byte[] bytes) => () => SHA256.HashData(bytes);

    private static Action Decode(byte[] bytes) => () => Reader.Read(bytes);

    private static PreprocessSpec Spec(string transform) => new(1024, "voi", transform, 8);

    private static void ReadWhole(string file)
    {
        using var handle = File.OpenHandle(file);
        int length = (int)RandomAccess.GetLength(handle);
        _buffer = _buffer.Length == length ? _buffer : new byte[length];
        RandomAccess.Read(handle, _buffer, 0);
    }
}
