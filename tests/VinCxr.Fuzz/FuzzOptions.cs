using VinCxr.Core;
using VinCxr.Fuzz.Subjects;

namespace VinCxr.Fuzz;

/// <summary>One run.</summary>
internal sealed record FuzzOptions
{
    public const string DicomSubject = "dicom";

    public long Inputs { get; init; } = 1_000_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>Number of the first input, to go on where an earlier run of the same seed ended.</summary>
    public long First { get; init; }

    /// <summary>The run ends earlier when the time is up; null for no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>Where inputs that broke something are kept.</summary>
    public string Save { get; init; } = Path.Combine(Path.GetTempPath(), "vincxr-fuzz");

    /// <summary>Managed heap of the worker, in MiB; more is an out-of-memory error, hence a finding.</summary>
    public int HeapMegabytes { get; init; } = 400;

    /// <summary>An input that takes more processor time counts as a hang. By processor time, so that a busy machine raises no false alarm.</summary>
    public double HangSeconds { get; init; } = 30;

    /// <summary><c>dicom</c>, or a way of sabotage that tests of the fuzzer itself ask for.</summary>
    public string Subject { get; init; } = DicomSubject;

    /// <exception cref="InvalidInputException">Every value that cannot be, at once.</exception>
    public void Validate()
    {
        string[] errors =
        [
            .. Inputs < 1 ? [$"--inputs is {Inputs}; at least 1"] : Array.Empty<string>(),
            .. First < 0 ? [$"--first is {First}; at least 0"] : Array.Empty<string>(),
            .. Minutes is { } minutes && !(minutes > 0) ? [$"--minutes is {minutes}; more than 0"] : Array.Empty<string>(),
            .. HeapMegabytes < 64 ? [$"--heap is {HeapMegabytes}; at least 64 MiB"] : Array.Empty<string>(),
            .. !(HangSeconds > 0) ? [$"--hang is {HangSeconds}; more than 0 seconds"] : Array.Empty<string>(),
            .. Subject != DicomSubject && !SabotagedSubject.Ways.Contains(Subject)
                ? [$"--subject is '{Subject}'; {DicomSubject} or one of {string.Join(", ", SabotagedSubject.Ways)}"]
                : Array.Empty<string>(),
        ];
        if (errors.Length > 0)
        {
            throw new InvalidInputException("fuzz options", errors);
        }
    }
}
