using static TorchSharp.torch;

namespace VinCxr.Training.Tensors;

/// <summary>Arithmetic that TorchSharp's operators would do through a temporary scalar; see <see cref="Scalars"/>.</summary>
internal static class TensorArithmetic
{
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, Scalars.One);

    public static Tensor Plus(this Tensor left, double right) => left.add(Scalars.Of(right), Scalars.One);

    public static Tensor PlusInPlace(this Tensor left, Tensor right) => left.add_(right, Scalars.One);

    public static Tensor PlusInPlace(this Tensor left, double right) => left.add_(Scalars.Of(right), Scalars.One);

    public static Tensor Minus(this Tensor left, double right) => left.sub(Scalars.Of(right));

    public static Tensor Times(this Tensor left, double right) => left.mul(Scalars.Of(right));

    public static Tensor Squared(this Tensor value) => value.mul(value);
}
