package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Attention;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
    ops.define(
        "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None,"
            + " enable_gqa=False",
        MatrixOperators::attention,
        "torch.nn.functional.scaled_dot_product_attention");
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

  private static Object attention(NamedValues args) {
    if (args.number("dropout_p") != 0) {
      throw args.wrong("dropout_p", "0: a graph has no random generator");
    }
    Tensor query = args.tensor("query");
    Tensor key = args.tensor("key");
    @Nullable Tensor mask = args.findTensor("attn_mask");
    if (mask != null && mask.dtype() == DType.BOOL) {
      mask = Attention.hiding(Elementwise.compare(mask, 0L, (a, zero) -> a == zero));
    }
    if (args.flag("is_causal")) {
      mask = Attention.causalMask(query.shape().dim(-2), key.shape().dim(-2));
    }
    double scale =
        args.isNone("scale") ? 1 / Math.sqrt(query.shape().dim(-1)) : args.number("scale");
    return Attention.scaledDotProduct(
            query, key, args.tensor("value"), mask, scale, UnaryOperator.identity())
        .output();
  }
}
