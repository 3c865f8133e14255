using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>
/// YOLOv5 v6 backbone (CSP), neck (top-down, then bottom-up paths) and head. Layers are registered under their numbers in the
/// published layout, so that state keys equal those of public checkpoints; 11, 12, 15, 16, 19 and 22 are upsampling and
/// concatenation, which hold no weights.
/// </summary>
internal sealed class YoloV5Network : nn.Module
{
    [ComponentName(Name = "0")]
    private readonly ConvBlock _stem;

    [ComponentName(Name = "1")]
    private readonly ConvBlock _down4;

    [ComponentName(Name = "2")]
    private readonly CspBlock _stage4;

    [ComponentName(Name = "3")]
    private readonly ConvBlock _down8;

    [ComponentName(Name = "4")]
    private readonly CspBlock _stage8;

    [ComponentName(Name = "5")]
    private readonly ConvBlock _down16;

    [ComponentName(Name = "6")]
    private readonly CspBlock _stage16;

    [ComponentName(Name = "7")]
    private readonly ConvBlock _down32;

    [ComponentName(Name = "8")]
    private readonly CspBlock _stage32;

    [ComponentName(Name = "9")]
    private readonly PyramidPooling _pooling;

    [ComponentName(Name = "10")]
    private readonly ConvBlock _lateral32;

    [ComponentName(Name = "13")]
    private readonly CspBlock _topDown16;

    [ComponentName(Name = "14")]
    private readonly ConvBlock _lateral16;

    [ComponentName(Name = "17")]
    private readonly CspBlock _out8;

    [ComponentName(Name = "18")]
    private readonly ConvBlock _bottomUp16;

    [ComponentName(Name = "20")]
    private readonly CspBlock _out16;

    [ComponentName(Name = "21")]
    private readonly ConvBlock _bottomUp32;

    [ComponentName(Name = "23")]
    private readonly CspBlock _out32;

    [ComponentName(Name = "24")]
    private readonly DetectionHead _head;

    // The numbers in the names are strides: a field named 16 works on maps of 1/16 of the input's side.
    public YoloV5Network(YoloV5Size size, int classes, AnchorPyramid anchors, Device? device = null)
        : base(nameof(YoloV5Network))
    {
        int c64 = size.Channels(64), c128 = size.Channels(128), c256 = size.Channels(256), c512 = size.Channels(512), c1024 = size.Channels(1024);
        ConvBlock Down(int inputs, int outputs) => new(inputs, outputs, 3, 2, device: device);
        ConvBlock Lateral(int inputs, int outputs) => new(inputs, outputs, 1, device: device);
        CspBlock Backbone(int channels, int repeats) => new(channels, channels, size.Repeats(repeats), shortcut: true, device);
        CspBlock Neck(int inputs, int outputs) => new(inputs, outputs, size.Repeats(3), shortcut: false, device);

        _stem = new ConvBlock(3, c64, 6, 2, padding: 2, device);
        _down4 = Down(c64, c128);
        _stage4 = Backbone(c128, 3);
        _down8 = Down(c128, c256);
        _stage8 = Backbone(c256, 6);
        _down16 = Down(c256, c512);
        _stage16 = Backbone(c512, 9);
        _down32 = Down(c512, c1024);
        _stage32 = Backbone(c1024, 3);
        _pooling = new PyramidPooling(c1024, c1024, device);
        _lateral32 = Lateral(c1024, c512);
        _topDown16 = Neck(2 * c512, c512);
        _lateral16 = Lateral(c512, c256);
        _out8 = Neck(2 * c256, c256);
        _bottomUp16 = Down(c256, c256);
        _out16 = Neck(2 * c256, c512);
        _bottomUp32 = Down(c512, c512);
        _out32 = Neck(2 * c512, c1024);
        _head = new DetectionHead([c256, c512, c1024], classes, anchors, device);
        RegisterComponents();
    }

    /// <inheritdoc cref="DetectionHead.Anchors"/>
    public Tensor Anchors => _head.Anchors;

    /// <param name="images"><c>[B, 3, H, W]</c>.</param>
    /// <returns>Logits of strides 8, 16 and 32, see <see cref="DetectionHead"/>.</returns>
    public Tensor[] Forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stage8 = _stage8.forward(_down8.forward(_stage4.forward(_down4.forward(_stem.forward(images)))));
        Tensor stage16 = _stage16.forward(_down16.forward(stage8));
        Tensor stage32 = _pooling.forward(_stage32.forward(_down32.forward(stage16)));

        Tensor lateral32 = _lateral32.forward(stage32);
        Tensor topDown16 = _topDown16.forward(cat([Double(lateral32), stage16], 1));
        Tensor lateral16 = _lateral16.forward(topDown16);
        Tensor out8 = _out8.forward(cat([Double(lateral16), stage8], 1));
        Tensor out16 = _out16.forward(cat([_bottomUp16.forward(out8), lateral16], 1));
        Tensor out32 = _out32.forward(cat([_bottomUp32.forward(out16), lateral32], 1));
        return [.. _head.Forward([out8, out16, out32]).Select(logits => logits.MoveToOuterDisposeScope())];
    }

    /// <summary>See <see cref="ConvBlock.AdaptNormMomentum"/>; to be called before the forward pass of a training step.</summary>
    public void AdaptNormMomentum()
    {
        // Counted by the norms themselves and stored with them: a resumed run goes on as if never interrupted.
        long batches = _stem.BatchesSeen;
        foreach (ConvBlock block in modules().OfType<ConvBlock>())
            block.AdaptNormMomentum(batches);
    }

    private static Tensor Double(Tensor input) =>
        nn.functional.interpolate(input, scale_factor: [2.0, 2.0], mode: InterpolationMode.Nearest);
}
