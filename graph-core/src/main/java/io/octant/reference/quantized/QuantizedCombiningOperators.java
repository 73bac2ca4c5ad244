package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.List;

/** {@code torch.ops.quantized.matmul}, {@code cat} and {@code cat_relu}. */
final class QuantizedCombiningOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.matmul", QuantizedCombiningOperators::matmul)
        .define("quantized.cat", QuantizedCombiningOperators::cat)
        .define("quantized.cat_relu", a -> Activations.relu(cat(a)));
  }

  private static Tensor matmul(NamedValues a) {
    Tensor right = Quantizer.dequantize(a.tensor("qb"));
    return RealArithmetic.apply(
        a.tensor("qa"), OutputQParams.of(a, "", ""), x -> MatrixProducts.matmul(x, right));
  }

  /** Without parameters the result takes those of the first tensor. */
  private static Tensor cat(NamedValues a) {
    List<Tensor> parts = a.tensors("qx");
    Tensor first = parts.get(0);
    QParams out = a.isNone("scale") ? first.qparams() : OutputQParams.of(a, "", "");
    List<Tensor> reals = parts.stream().map(Quantizer::dequantize).toList();
    return Quantizer.quantize(Joining.cat(reals, a.integer("dim")), out, first.dtype());
  }
}
