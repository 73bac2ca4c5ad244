package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Attention;
import io.octant.reference.kernel.Determinants;
import io.octant.reference.kernel.Distances;
import io.octant.reference.kernel.Einsum;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Reductions.Axes;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Matrix products and linear layers. */
final class MatrixOperators {
  private MatrixOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("matmul", a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("other")));
    ops.define("bmm", a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("mat2")));
    ops.define("mv", a -> MatrixProducts.matmul(a.tensor("input"), a.tensor("vec")));
    ops.define("addmm", a -> plus(a, product(a, "mat1", "mat2")));
    ops.define("baddbmm", a -> plus(a, product(a, "batch1", "batch2")));
    ops.define(
        "addbmm",
        a -> plus(a, Reductions.sum(product(a, "batch1", "batch2"), new int[] {0}, Axes.DROP)));
    ops.define("addmv", a -> plus(a, product(a, "mat", "vec")));
    vectors(ops);
    ops.define(
        "linear",
        a -> MatrixProducts.linear(a.tensor("input"), a.tensor("weight"), a.findTensor("bias")));
    ops.define("scaled_dot_product_attention", MatrixOperators::attention);
  }

  private static void vectors(OperatorSet.Builder ops) {
    ops.define(
        "outer",
        a -> {
          Tensor row = Shapes.unsqueeze(vector(a, "vec2"), 0);
          return Arithmetic.MULTIPLY.apply(Shapes.unsqueeze(vector(a, "input"), 1), row);
        });
    ops.define("dot", a -> MatrixProducts.matmul(vector(a, "input"), vector(a, "tensor")));
    ops.define("det", a -> Determinants.of(a.tensor("input")));
    ops.define("einsum", a -> Einsum.compute(a.text("equation"), a.tensors("operands")));
    ops.define(
        "bilinear",
        a ->
            Distances.bilinear(
                a.tensor("input1"), a.tensor("input2"), a.tensor("weight"), a.findTensor("bias")));
    ops.define(
        "cosine_similarity",
        a -> Distances.cosine(a.tensor("x1"), a.tensor("x2"), a.integer("dim"), a.number("eps")));
    ops.define(
        "pairwise_distance",
        a ->
            Distances.pairwise(
                a.tensor("x1"),
                a.tensor("x2"),
                a.number("p"),
                a.number("eps"),
                Axes.keepdim(a.flag("keepdim"))));
  }

  private static Tensor vector(NamedValues args, String name) {
    if (args.tensor(name).shape().rank() != 1) {
      throw args.wrong(name, "a tensor with one axis");
    }
    return args.tensor(name);
  }

  private static Tensor product(NamedValues args, String left, String right) {
    return MatrixProducts.matmul(args.tensor(left), args.tensor(right));
  }

  /** {@code beta · input + alpha · product}. */
  private static Object plus(NamedValues args, Tensor product) {
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
    return Attention.scaledDotProduct(
            query,
            key,
            args.tensor("value"),
            mask(args, query, key),
            scale(args, query),
            UnaryOperator.identity())
        .output();
  }

  /** What is added to the scores; null for nothing. */
  static @Nullable Tensor mask(NamedValues args, Tensor query, Tensor key) {
    if (args.flag("is_causal")) {
      return Attention.causalMask(query.shape().dim(-2), key.shape().dim(-2));
    }
    Tensor mask = args.findTensor("attn_mask");
    return mask != null && mask.dtype() == DType.BOOL
        ? Attention.hiding(Elementwise.compare(mask, 0L, (a, zero) -> a == zero))
        : mask;
  }

  static double scale(NamedValues args, Tensor query) {
    return args.isNone("scale") ? 1 / Math.sqrt(query.shape().dim(-1)) : args.number("scale");
  }
}
