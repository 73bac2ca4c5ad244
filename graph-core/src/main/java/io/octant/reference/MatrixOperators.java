package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.MatrixProducts;

/** Matrix products and linear layers. */
final class MatrixOperators {
  private MatrixOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "input, other, *, out=None",
        a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("other")),
        "operator.matmul",
        "torch.matmul",
        ".matmul");
    ops.define(
        "input, mat2, *, out=None",
        a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("mat2")),
        "torch.bmm",
        ".bmm",
        "torch.mm",
        ".mm");
    ops.define(
        "input, vec",
        a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("vec")),
        "torch.mv",
        ".mv");
    ops.define(
        "input, mat1, mat2, *, beta=1, alpha=1", MatrixOperators::addmm, "torch.addmm", ".addmm");
    ops.define("input, mat1, mat2, *, beta=1, alpha=1", MatrixOperators::addmm, "torch.baddbmm");
    ops.define(
        "input, weight, bias=None",
        a -> MatrixProducts.linear(a.tensor("input"), a.tensor("weight"), a.findTensor("bias")),
        "torch.nn.functional.linear",
        "torch._C._nn.linear");
  }

  private static Object addmm(NamedValues args) {
    Object product = MatrixProducts.matmul(args.tensor("mat1"), args.tensor("mat2"));
    Object scaled =
        args.number("alpha") == 1
            ? product
            : Arithmetic.MULTIPLY.apply(product, args.value("alpha"));
    Object input =
        args.number("beta") == 1
            ? args.tensor("input")
            : Arithmetic.MULTIPLY.apply(args.tensor("input"), args.value("beta"));
    return Arithmetic.ADD.apply(input, scaled);
  }
}
