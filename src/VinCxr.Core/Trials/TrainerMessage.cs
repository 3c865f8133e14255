using System.Text.Json;
using System.Text.Json.Serialization;

namespace VinCxr.Core.Trials;

/// <summary>
/// One line of JSON from a trainer process to its agent (stdout). Logs go to stderr. The stream ends with exactly one of
/// <see cref="TrainerFinished"/>, <see cref="TrainerStopped"/> or <see cref="TrainerFailed"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TrainerStarted), "started")]
[JsonDerivedType(typeof(TrainerProgress), "progress")]
[JsonDerivedType(typeof(TrainerMetrics), "metrics")]
[JsonDerivedType(typeof(TrainerCheckpoint), "checkpoint")]
[JsonDerivedType(typeof(TrainerFinished), "finished")]
[JsonDerivedType(typeof(TrainerStopped), "stopped")]
[JsonDerivedType(typeof(TrainerFailed), "failed")]
public abstract record TrainerMessage
{
    public string ToLine() => JsonSerializer.Serialize(this, TrainerProtocol.Json);

    /// <returns>The message, or null for a line that is not one.</returns>
    public static TrainerMessage? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainerMessage>(line, TrainerProtocol.Json);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <param name="StartEpoch">First epoch this attempt trains (0 when fresh).</param>
/// <param name="Parameters">Trainable parameters of the model.</param>
public sealed record TrainerStarted(int StartEpoch, int Epochs, long Parameters, string Device, string CodeVersion) : TrainerMessage;

/// <summary>Sent about once a second while training or validating. One that repeats the last one's epoch, step and count is no progress: the trainer hangs.</summary>
/// <param name="Validated">Held-out images predicted so far, while validating.</param>
public sealed record TrainerProgress(int Epoch, int Step, int Steps, double ImagesPerSecond, int Validated = 0) : TrainerMessage;

/// <param name="Epoch">Epochs completed so far (1-based).</param>
/// <param name="Step">Optimizer steps so far.</param>
/// <param name="Values">For example <c>loss, loss_box, loss_obj, loss_cls, lr, map40, memory_mb, epoch_seconds</c>.</param>
public sealed record TrainerMetrics(int Epoch, long Step, IReadOnlyDictionary<string, double> Values) : TrainerMessage;

/// <param name="Epoch">Epochs contained in the checkpoint.</param>
/// <param name="Path">Complete local file; the agent uploads it and then may delete it.</param>
/// <param name="IsBest">True when validation was best so far.</param>
public sealed record TrainerCheckpoint(int Epoch, string Path, bool IsBest) : TrainerMessage;

/// <param name="PredictionsPath">Local CSV in the long form with the out-of-fold predictions, original pixels.</param>
/// <param name="WeightsPath">Final EMA weights (safetensors).</param>
/// <param name="ActivationMapsPath">Activation maps of the held-out images, or null when the model has none.</param>
public sealed record TrainerFinished(int Epoch, string PredictionsPath, string WeightsPath, string? ActivationMapsPath = null) : TrainerMessage;

/// <summary>The trainer stopped on request after writing a checkpoint.</summary>
public sealed record TrainerStopped(int Epoch, string? CheckpointPath) : TrainerMessage;

/// <param name="Kind">
/// <c>oom</c>, <c>nan</c>, <c>data</c> (what it was given to read), <c>checkpoint</c> (the one to go on from cannot be used), <c>disk</c> (full) or
/// <c>error</c>.
/// </param>
public sealed record TrainerFailed(string Kind, string Message) : TrainerMessage;

/// <summary>One line of JSON from the agent to the trainer (stdin). Closing stdin means: exit now.</summary>
/// <param name="Type"><c>stop</c>: write a checkpoint, send <see cref="TrainerStopped"/>, exit 0; <c>committed</c>: the newest checkpoint is stored.</param>
public sealed record TrainerCommand(string Type)
{
    public static readonly TrainerCommand Stop = new("stop");

    public static readonly TrainerCommand Committed = new("committed");
}

public static class TrainerProtocol
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
