using VinCxr.Core;

namespace VinCxr.Orchestration.Hosting;

/// <summary><see cref="InvalidInputException"/> on the wire; unlike its siblings it carries more than a message.</summary>
[GenerateSerializer, Alias("vincxr.InvalidInputSurrogate")]
internal struct InvalidInputSurrogate
{
    [Id(0)]
    public string Message;

    [Id(1)]
    public string[] Errors;
}

[RegisterConverter]
internal sealed class InvalidInputConverter : IConverter<InvalidInputException, InvalidInputSurrogate>
{
    public InvalidInputException ConvertFromSurrogate(in InvalidInputSurrogate surrogate) => InvalidInputException.Restore(surrogate.Message, surrogate.Errors);

    public InvalidInputSurrogate ConvertToSurrogate(in InvalidInputException value) => new() { Message = value.Message, Errors = [.. value.Errors] };
}
