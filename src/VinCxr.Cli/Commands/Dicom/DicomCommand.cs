using System.CommandLine;

namespace VinCxr.Cli.Commands.Dicom;

/// <summary><c>vincxr dicom</c>: look at one file.</summary>
internal static class DicomCommand
{
    public static Command Create(CliContext context) => new("dicom", "Look at one DICOM file")
    {
        InfoCommand.Create(context),
        RenderCommand.Create(context),
        TransformsCommand.Create(context),
    };
}
