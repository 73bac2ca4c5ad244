package io.octant.nn.quantized;

import io.octant.graph.TorchType;
import io.octant.nn.Identity;
import io.octant.reference.kernel.Joining;
import io.octant.reference.kernel.MatrixProducts;
import io.octant.reference.quantized.PostOperation;
import io.octant.reference.quantized.QuantizedArithmetic;
import io.octant.reference.quantized.RealArithmetic;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arithmetic on quantized tensors; results have the module's scale and zero point. The child {@code
 * activation_post_process} does nothing; PyTorch has it too.
 */
@TorchType("torch.ao.nn.quantized.QFunctional")
public final class QFunctional extends Functional {
  private final QParams output;

  /** Arithmetic whose results have the given scale and zero point. */
  public QFunctional(QParams output) {
    this.output = output;
    setChild("activation_post_process", new Identity());
  }

  /** Scale and zero point of results. */
  public QParams output() {
    return output;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("scale", output.scale());
    out.put("zero_point", (long) output.zeroPoint());
    return out;
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return QuantizedArithmetic.add(a, b, output, PostOperation.NONE);
  }

  @Override
  public Tensor addRelu(Tensor a, Tensor b) {
    return QuantizedArithmetic.add(a, b, output, PostOperation.RELU);
  }

  @Override
  public Tensor addScalar(Tensor a, double c) {
    return QuantizedArithmetic.addScalar(a, c, PostOperation.NONE);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return QuantizedArithmetic.multiply(a, b, output, PostOperation.NONE);
  }

  @Override
  public Tensor multiplyScalar(Tensor a, double c) {
    return QuantizedArithmetic.multiplyScalar(a, c, PostOperation.NONE);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    Tensor right = Quantizer.dequantize(b);
    return RealArithmetic.apply(a, output, x -> MatrixProducts.matmul(x, right));
  }

  @Override
  public Tensor cat(List<Tensor> parts, int axis) {
    List<Tensor> reals = parts.stream().map(Quantizer::dequantize).toList();
    return Quantizer.quantize(Joining.cat(reals, axis), output, parts.get(0).dtype());
  }
}
