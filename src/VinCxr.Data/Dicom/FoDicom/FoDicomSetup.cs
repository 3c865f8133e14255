using FellowOakDicom;
using FellowOakDicom.Imaging.NativeCodec;

namespace VinCxr.Data.Dicom.FoDicom;

/// <summary>fo-dicom keeps its services in one place for the whole process; they are set before its first use.</summary>
internal static class FoDicomSetup
{
    private static readonly Lazy<NativeTranscoderManager> Codecs = new(() =>
    {
        var codecs = new NativeTranscoderManager();
        new DicomSetupBuilder()
            .RegisterServices(services => services.AddFellowOakDicom().AddTranscoderManager<NativeTranscoderManager>())
            .SkipValidation()
            .Build();
        return codecs;
    });

    public static void Ensure() => _ = Codecs.Value;

    public static bool HasCodec(DicomTransferSyntax syntax) => Codecs.Value.HasCodec(syntax);
}
