package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.quantized.RealArithmetic;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A float module on quantized tensors with output parameters of its own: dequantize, compute in
 * float32, quantize. {@code torch.ao.nn.quantized.BatchNorm2d} and its siblings: batch norm (alone
 * or with ReLU), layer, group and instance norm, ELU, LeakyReLU, Hardswish, PReLU, Softmax.
 *
 * <p>Scale and zero point are buffers, or settings of ELU, PReLU and Softmax, as in PyTorch, whose
 * quantized ELU and Hardswish are never in place, while LeakyReLU keeps what it was. The weight of
 * PReLU is the attribute {@code weight}, a quint8 tensor over its own range.
 */
public final class RequantizedModule extends QuantizedModule {
  private static final String FLOAT = "torch.nn.";
  private static final Set<String> QPARAMS_AS_SETTINGS = Set.of("ELU", "PReLU", "Softmax");
  private static final Set<String> NEVER_IN_PLACE =
      Set.of("torch.ao.nn.quantized.ELU", "torch.ao.nn.quantized.Hardswish");

  /** Module types that have a quantized module besides those that conversion lowers to one. */
  private static final Set<String> FURTHER = Set.of("torch.nn.GroupNorm", "torch.nn.Softmax");

  private final QParams output;
  private final boolean qparamsAreSettings;
  private Module body;

  private RequantizedModule(String torchName, Module described, Module body, QParams output) {
    super(torchName);
    this.output = output;
    this.body = body;
    String name = torchName.substring(torchName.lastIndexOf('.') + 1);
    this.qparamsAreSettings = QPARAMS_AS_SETTINGS.contains(name);
    described.parameters().forEach(this::setParameter);
    described.buffers().forEach(this::setBuffer);
    if (findTensor("num_batches_tracked") != null) {
      setBuffer("num_batches_tracked", Tensor.scalar(0L)); // it counts no more, and starts anew
    }
    if (!qparamsAreSettings) {
      setBuffer("scale", Tensor.scalar((float) output.scale()));
      setBuffer("zero_point", Tensor.scalar((long) output.zeroPoint()));
    }
    if (name.equals("PReLU")) {
      quantizeSlopes(described.tensor("weight"));
    }
  }

  /**
   * The quantized form of a float module, or of a fused batch norm and ReLU.
   *
   * @param output scale and zero point of the output
   * @throws OctantException if it has none
   */
  public static RequantizedModule of(Module module, QParams output) {
    if (module instanceof FusedModule fused
        && (fused.kind() == FusedKind.BN_RELU_2D || fused.kind() == FusedKind.BN_RELU_3D)) {
      String name = fused.type().name().replace(".intrinsic.", ".intrinsic.quantized.");
      return new RequantizedModule(name, fused.part(0), fused.copy(), output);
    }
    if (!isSupported(module)) {
      throw new OctantException(
          "Cannot quantize module: "
              + module.type()
              + ", expected one with a range of its own in the operator table");
    }
    String name = "torch.ao.nn.quantized." + module.type().name().substring(FLOAT.length());
    return new RequantizedModule(name, module, module.copy(), output);
  }

  static boolean isSupported(Module module) {
    String type = module.type().name();
    OperatorRow row = Operators.standard().findModule(type);
    return FURTHER.contains(type)
        || (type.startsWith(FLOAT) && row != null && row.quantized().modules().contains(type));
  }

  private void quantizeSlopes(Tensor slopes) {
    float min = 0;
    float max = 0;
    for (float v : slopes.floats()) {
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
    QRange range = QRange.of(DType.QUINT8);
    float scale = Math.max((max - min) / (range.levels() - 1), 0x1p-23f);
    QParams q = QParams.perTensor(scale, range.clamp(-(long) Math.rint(min / scale)));
    Tensor quantized = Quantizer.quantize(slopes, q, DType.QUINT8);
    removeState("weight");
    setAttribute("weight", quantized);
    body.setParameter("weight", Quantizer.dequantize(quantized));
  }

  /** Scale and zero point of the output. */
  public QParams output() {
    return output;
  }

  /** The float module that computes between dequantize and quantize; not to be changed. */
  public Module body() {
    return body;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Module described = body instanceof FusedModule fused ? fused.part(0) : body;
    Map<String, Object> out = new LinkedHashMap<>(described.hyperparameters());
    if (NEVER_IN_PLACE.contains(type().name())) {
      out.put("inplace", false);
    }
    if (qparamsAreSettings) {
      out.put("scale", output.scale());
      out.put("zero_point", (long) output.zeroPoint());
    }
    return out;
  }

  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tensor x = quantizedInputs(args, kwargs, 1).get(0);
    return RealArithmetic.apply(x, output, v -> (Tensor) body.evaluate(List.of(v), Map.of()));
  }

  @Override
  protected void copiedFrom(Module original) {
    body = body.copy();
  }
}
