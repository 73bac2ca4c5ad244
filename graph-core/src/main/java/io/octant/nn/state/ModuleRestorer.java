package io.octant.nn.state;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.FloatFunctional;
import io.octant.nn.quantized.QFunctional;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.nn.quantized.QuantizedDropout;
import io.octant.nn.quantized.QuantizedEmbedding;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.nn.quantized.RequantizedModule;
import io.octant.nn.quantized.dynamic.DynamicCell;
import io.octant.nn.quantized.dynamic.DynamicLinear;
import io.octant.nn.quantized.dynamic.DynamicRecurrent;
import io.octant.nn.quantized.dynamic.RecurrentWeights;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Embedding;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedEmbedding;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedLinearFp16;
import io.octant.reference.quantized.PackedWeight;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rebuilds float, fused, reference and quantized modules from their state. */
public final class ModuleRestorer {
  private static final String QUANTIZED = "torch.ao.nn.quantized.";
  private static final String DYNAMIC = QUANTIZED + "dynamic.";
  private static final String FUSED = "torch.ao.nn.intrinsic.";
  private static final String FUSED_QUANTIZED = FUSED + "quantized.";

  private final QuantizedEngine engine;

  /** Packed weights follow the arithmetic of an engine. */
  public ModuleRestorer(QuantizedEngine engine) {
    this.engine = engine;
  }

  /**
   * Rebuilds a module.
   *
   * @throws OctantException if the type is unknown or the state does not fit it
   */
  public Module restore(ModuleState state) {
    String type = state.type();
    if (type.startsWith(QUANTIZED + "reference.")) {
      return ReferenceStates.restore(state);
    }
    if (type.startsWith(DYNAMIC) || type.startsWith(FUSED_QUANTIZED + "dynamic.")) {
      return dynamic(state);
    }
    if (type.startsWith(QUANTIZED) || type.startsWith(FUSED_QUANTIZED)) {
      return quantized(state);
    }
    if (type.startsWith(FUSED)) {
      return new FusedModule(
          FusedKind.of(new ModuleType(type)), List.copyOf(state.children().values()));
    }
    return floatModule(type, state.hyper(), state.parameters(), state.buffers());
  }

  static Module floatModule(
      String type,
      Map<String, Object> hyper,
      Map<String, Tensor> parameters,
      Map<String, Tensor> buffers) {
    return ModuleFactories.create(ModuleFactories.all(), type, hyper, parameters, buffers);
  }

  private Module quantized(ModuleState state) {
    String name = state.shortType();
    return switch (name) {
      case "Linear" -> linear(state, QuantizedLinear.Activation.NONE);
      case "LinearReLU" -> linear(state, QuantizedLinear.Activation.RELU);
      case "LinearTanh" -> linear(state, QuantizedLinear.Activation.TANH);
      case "LinearLeakyReLU" ->
          QuantizedLinear.leakyRelu(
              packedLinear(state), state.output(), state.settings().number("negative_slope"));
      case "Dropout" ->
          new QuantizedDropout(floatModule("torch.nn.Dropout", state.hyper(), Map.of(), Map.of()));
      case "Embedding", "EmbeddingBag" -> embedding(state);
      case "FloatFunctional" -> new FloatFunctional();
      case "QFunctional" -> new QFunctional(state.output());
      case "BNReLU2d", "BNReLU3d" -> batchNormRelu(state);
      default -> name.startsWith("Conv") ? convolution(state) : requantized(state);
    };
  }

  private QuantizedLinear linear(ModuleState state, QuantizedLinear.Activation activation) {
    return QuantizedLinear.of(packedLinear(state), state.output(), activation);
  }

  private PackedLinear packedLinear(ModuleState state) {
    return new PackedLinear(state.weight(), state.bias(), engine);
  }

  private QuantizedConvolution convolution(ModuleState state) {
    NamedValues hyper = state.settings();
    int rank = state.weight().shape().rank() - 2;
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            ints(hyper, "stride", rank),
            ints(hyper, "padding", rank),
            ints(hyper, "dilation", rank),
            ints(hyper, "output_padding", rank),
            hyper.integer("groups"),
            hyper.flag("transposed"));
    String name = state.shortType();
    QuantizedConvolution.Fusion fusion =
        name.startsWith("ConvAddReLU")
            ? QuantizedConvolution.Fusion.ADD_RELU
            : name.startsWith("ConvAdd")
                ? QuantizedConvolution.Fusion.ADD
                : name.startsWith("ConvReLU")
                    ? QuantizedConvolution.Fusion.RELU
                    : QuantizedConvolution.Fusion.NONE;
    return new QuantizedConvolution(
        new PackedConvolution(state.weight(), state.bias(), geometry, engine),
        state.output(),
        fusion,
        Padding.Mode.of(hyper.text("padding_mode")));
  }

  private static List<Integer> ints(NamedValues hyper, String name, int rank) {
    return Arrays.stream(hyper.ints(name, rank)).boxed().toList();
  }

  private static QuantizedEmbedding embedding(ModuleState state) {
    PackedEmbedding packed = new PackedEmbedding(state.weight());
    if (state.shortType().equals("Embedding")) {
      return QuantizedEmbedding.rows(packed);
    }
    NamedValues hyper = state.settings();
    return QuantizedEmbedding.bags(
        packed,
        new Embedding.Bags(
            Embedding.Mode.of(hyper.text("mode")), hyper.flag("include_last_offset"), null));
  }

  private static RequantizedModule batchNormRelu(ModuleState state) {
    String rank = state.shortType().substring("BNReLU".length());
    Module norm =
        floatModule(
            "torch.nn.BatchNorm" + rank, state.hyper(), state.parameters(), statistics(state));
    Module relu = floatModule("torch.nn.ReLU", Map.of("inplace", false), Map.of(), Map.of());
    FusedKind kind = FusedKind.of(new ModuleType(FUSED + state.shortType()));
    return RequantizedModule.of(new FusedModule(kind, List.of(norm, relu)), state.output());
  }

  private static RequantizedModule requantized(ModuleState state) {
    Map<String, Tensor> parameters = new LinkedHashMap<>(state.parameters());
    Map<String, Object> hyper = new LinkedHashMap<>(state.hyper());
    if (state.attributes().get("weight") instanceof Tensor slopes) { // PReLU
      parameters.put("weight", Quantizer.dequantize(slopes));
      hyper.putIfAbsent("init", 0.25);
    }
    return RequantizedModule.of(
        floatModule("torch.nn." + state.shortType(), hyper, parameters, statistics(state)),
        state.output());
  }

  /** Buffers other than the output parameters. */
  private static Map<String, Tensor> statistics(ModuleState state) {
    Map<String, Tensor> out = new LinkedHashMap<>(state.buffers());
    out.keySet().removeAll(List.of("scale", "zero_point"));
    return out;
  }

  private Module dynamic(ModuleState state) {
    return switch (state.shortType()) {
      case "Linear" ->
          new DynamicLinear(pack(state.weight(), state.bias()), DynamicLinear.Activation.NONE);
      case "LinearReLU" ->
          new DynamicLinear(pack(state.weight(), state.bias()), DynamicLinear.Activation.RELU);
      case "LSTM", "GRU" -> new DynamicRecurrent(state.hyper(), recurrentWeights(state));
      case "RNNCell", "LSTMCell", "GRUCell" ->
          DynamicCell.of(
              state.shortType(),
              state.hyper(),
              requirePresent(state, "", recurrentWeights(state).get("")));
      default ->
          throw new OctantException(
              "Cannot restore module: " + state.type() + ", expected a known dynamic module");
    };
  }

  private Map<String, RecurrentWeights> recurrentWeights(ModuleState state) {
    Map<?, ?> weights = (Map<?, ?>) state.quantized().getOrDefault("weight", Map.of());
    Map<?, ?> biases = (Map<?, ?>) state.quantized().getOrDefault("bias", Map.of());
    Map<String, RecurrentWeights> out = new LinkedHashMap<>();
    String prefix = "weight_ih";
    for (Object key : weights.keySet()) {
      if (key instanceof String name && name.startsWith(prefix)) {
        String suffix = name.substring(prefix.length());
        out.put(
            suffix,
            new RecurrentWeights(
                pack(
                    requirePresent(state, name, weights.get(name)), biases.get("bias_ih" + suffix)),
                pack(
                    requirePresent(state, "weight_hh" + suffix, weights.get("weight_hh" + suffix)),
                    biases.get("bias_hh" + suffix))));
      }
    }
    return out;
  }

  private static <T> T requirePresent(ModuleState state, String name, @Nullable T value) {
    if (value == null) {
      throw new OctantException(
          "Cannot restore "
              + state.type()
              + ": no weight "
              + name
              + ", expected it among "
              + state.quantized().keySet());
    }
    return value;
  }

  /** An int8 weight, or a float one rounded to half precision. */
  private PackedWeight pack(Object weight, @Nullable Object bias) {
    Tensor w = (Tensor) weight;
    Tensor b = bias == null || bias == None.NONE ? null : (Tensor) bias;
    return w.dtype() == DType.QINT8 ? new PackedLinear(w, b, engine) : PackedLinearFp16.pack(w, b);
  }
}
