package io.octant.nn.quantized.reference;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A float module whose weights are quantized and dequantized before use. It keeps the float weights
 * as parameters and their quantization parameters as buffers, under PyTorch's names: {@code
 * weight_scale}, {@code weight_zero_point}, {@code weight_axis}, and so on for every weight.
 *
 * <p>Types: Linear, Conv1d to Conv3d, ConvTranspose1d to ConvTranspose3d, Embedding, EmbeddingBag,
 * which have one weight; RNNCell, LSTMCell, GRUCell, LSTM, GRU, which have several.
 */
public final class ReferenceModule extends Module {
  /** Which quantize operators the graph around the module uses. */
  public enum Form {
    /** On quantized tensors: {@code torch.quantize_per_tensor} and so on. */
    QUANTIZED_TENSORS,
    /** On plain integers: {@code torch.ops.quantized_decomposed.*}. */
    DECOMPOSED
  }

  private static final String FLOAT = "torch.nn.";
  private static final String REFERENCE = "torch.ao.nn.quantized.reference.";
  private static final Set<String> SUPPORTED =
      Set.of(
          "Linear",
          "Conv1d",
          "Conv2d",
          "Conv3d",
          "ConvTranspose1d",
          "ConvTranspose2d",
          "ConvTranspose3d",
          "Embedding",
          "EmbeddingBag",
          "RNNCell",
          "LSTMCell",
          "GRUCell",
          "LSTM",
          "GRU");

  private final ModuleType type;
  private final Map<String, WeightQParams> weights;
  private final Form form;
  private Module body;

  private ReferenceModule(Module floatModule, Map<String, WeightQParams> weights, Form form) {
    if (!isSupported(floatModule.type())) {
      throw new OctantException(
          "Cannot quantize the weights of module: "
              + floatModule.type()
              + ", expected torch.nn."
              + SUPPORTED);
    }
    this.type = new ModuleType(REFERENCE + floatModule.type().name().substring(FLOAT.length()));
    this.weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    this.form = form;
    this.body = floatModule.copy();
    floatModule.parameters().forEach(this::setParameter);
    this.weights.forEach(this::register);
  }

  /** A module with the one parameter {@code weight} to quantize. */
  public static ReferenceModule of(Module floatModule, WeightQParams weight, Form form) {
    return new ReferenceModule(floatModule, Map.of("weight", weight), form);
  }

  /**
   * A recurrent module.
   *
   * @param weights by parameter name, {@code weight_ih_l0} say, in the order of the parameters
   */
  public static ReferenceModule recurrent(
      Module floatModule, Map<String, WeightQParams> weights, Form form) {
    return new ReferenceModule(floatModule, weights, form);
  }

  /** Whether modules of a float type have a reference form. */
  public static boolean isSupported(ModuleType floatType) {
    return floatType.name().startsWith(FLOAT)
        && SUPPORTED.contains(floatType.name().substring(FLOAT.length()));
  }

  private void register(String name, WeightQParams q) {
    if (isRecurrent() && q.scheme() == null) {
      return;
    }
    setBuffer(name + "_scale", q.scale());
    // PyTorch's sequences keep zero points as int32, all others what the observer gave
    boolean sequence = type.name().endsWith(".LSTM") || type.name().endsWith(".GRU");
    setBuffer(
        name + "_zero_point", sequence ? Values.cast(q.zeroPoint(), DType.INT32) : q.zeroPoint());
    setBuffer(name + "_axis", Tensor.of(DType.INT32, Shape.SCALAR, new int[] {q.axis()}));
  }

  private boolean isRecurrent() {
    return !weights.containsKey("weight");
  }

  /** Which quantize operators the graph around this module uses. */
  public Form form() {
    return form;
  }

  /** Type of the float module. */
  public ModuleType floatType() {
    return body.type();
  }

  /** The float module with its unquantized weights. */
  public Module floatModule() {
    Module out = body.copy();
    parameters().forEach(out::setParameter);
    return out;
  }

  /** Quantization of the weights by parameter name. */
  public Map<String, WeightQParams> weights() {
    return weights;
  }

  /** A weight as it is stored in a lowered module: integers, or floats of half precision. */
  public Tensor quantizedWeight(String name) {
    return weightQParams(name).quantize(tensor(name));
  }

  /** Quantization of one weight. */
  public WeightQParams weightQParams(String name) {
    WeightQParams q = weights.get(name);
    if (q == null) {
      throw new OctantException(
          "Cannot find quantized weight: "
              + name
              + " of "
              + type
              + ", expected "
              + weights.keySet());
    }
    return q;
  }

  @Override
  public ModuleType type() {
    return type;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>(body.hyperparameters());
    if (isRecurrent()) {
      out.put("is_decomposed", form == Form.DECOMPOSED);
    }
    weights.forEach(
        (name, q) -> {
          out.put(name + "_qscheme", q.scheme() == null ? None.NONE : q.scheme());
          out.put(name + "_dtype", q.dtype());
          if (!isRecurrent()) {
            out.put("is_decomposed", form == Form.DECOMPOSED);
          }
          if (!isRecurrent() || q.scheme() != null) {
            out.put(name + "_axis_int", (long) q.axis());
          }
          if (!isRecurrent()) {
            QRange range = q.range();
            out.put(name + "_quant_min", range == null ? None.NONE : (long) range.min());
            out.put(name + "_quant_max", range == null ? None.NONE : (long) range.max());
          }
        });
    return out;
  }

  /** The float module with every weight quantized and dequantized: what this module computes. */
  public Module dequantizedModule() {
    Module out = body.copy();
    fill(out);
    return out;
  }

  private void fill(Module floatModule) {
    parameters()
        .forEach(
            (name, value) -> {
              WeightQParams q = weights.get(name);
              floatModule.setParameter(name, q == null ? value : q.quantizeDequantize(value, form));
            });
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    fill(body);
    return body.evaluate(args, kwargs);
  }

  @Override
  protected void setTraining(boolean on) {
    super.setTraining(on);
    body.train(on);
  }

  @Override
  protected void copiedFrom(Module original) {
    body = body.copy();
  }
}
