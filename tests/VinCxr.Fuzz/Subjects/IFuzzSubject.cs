namespace VinCxr.Fuzz.Subjects;

/// <summary>How far an input got.</summary>
internal enum Outcome
{
    /// <summary>Pixels decoded and prepared to a plane.</summary>
    Prepared,

    /// <summary>Pixels decoded; preparation refused them (several frames, colours that cannot become grey).</summary>
    Decoded,

    /// <summary>Tags read; the pixels were refused.</summary>
    TagsOnly,

    /// <summary>Not even the tags could be read.</summary>
    Refused,
}

/// <summary>What an input led to. Equal inputs must give equal observations.</summary>
/// <param name="Reason">The refusal's message; empty when prepared.</param>
/// <param name="Digest">Hash of everything that came out, comparable within one process.</param>
internal readonly record struct Observation(Outcome Outcome, string Reason, int Digest);

/// <summary>What is fuzzed.</summary>
internal interface IFuzzSubject
{
    /// <param name="index">Number of the input in the run.</param>
    /// <exception cref="InvariantException">An answer that must not be.</exception>
    Observation Observe(long index, byte[] input);
}

/// <summary>An invariant that an input broke.</summary>
internal sealed class InvariantException(string message, Exception? innerException = null) : Exception(message, innerException);
