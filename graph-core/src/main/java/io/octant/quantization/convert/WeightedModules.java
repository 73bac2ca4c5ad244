package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.qat.QatModule;
import io.octant.nn.quantized.reference.KeptSums;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.ReferenceModule.Form;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.prepare.BackendSupport;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.prepare.Prototypes;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces modules with weights by reference modules; {@code convert_weighted_module}. A module
 * that was trained becomes float first, batch norm folded. A fused module keeps its shell, only the
 * weighted part is replaced.
 */
final class WeightedModules {
  private static final Set<String> CELLS =
      Set.of("torch.nn.RNNCell", "torch.nn.LSTMCell", "torch.nn.GRUCell");
  private static final Set<String> RECURRENT = Set.of("torch.nn.LSTM", "torch.nn.GRU");

  /** Layers whose weights begin with the axis of output channels. */
  private static final Set<String> KEPT_SUMS =
      Set.of("torch.nn.Linear", "torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d");

  private final GraphModule model;
  private final PreparedState state;
  private final BackendConfig backend;
  private final ConvertForm form;
  private final BackendSupport support = new BackendSupport(new Prototypes());
  private final Map<String, String> refusals = new LinkedHashMap<>();

  WeightedModules(GraphModule model, PreparedState state, BackendConfig backend, ConvertForm form) {
    this.model = model;
    this.state = state;
    this.backend = backend;
    this.form = form;
  }

  /** Why weights of nodes stay float, by node name. */
  Map<String, String> refusals() {
    return refusals;
  }

  /** Converts the module of a node, if it has a weight and is configured. */
  void convert(Node node) {
    Module module = model.moduleOf(node);
    @Nullable ActivationPostProcess trained = null;
    if (module instanceof QatModule qat) {
      trained = qat.weightFakeQuantize();
      Module floatModule = qat.toFloat();
      qat.attachment(QConfig.class).ifPresent(q -> floatModule.attach(QConfig.class, q));
      module = floatModule;
      model.setModule(node.target(), module);
    }
    Optional<QConfig> qconfig = module.attachment(QConfig.class);
    if (!isWeighted(module) || !state.observedNodes().contains(node.name())) {
      return;
    }
    if (qconfig.isEmpty() || state.hasNoQConfig(node.name())) {
      return;
    }
    Optional<String> refusal =
        support.reasonAgainst(qconfig.get(), backend.dtypeConfigs(module.type()));
    if (refusal.isPresent()) {
      refusals.put(node.name(), refusal.get());
      return;
    }
    replace(node, module, qconfig.get(), trained);
  }

  /** Whether the backend has a reference form for a module, or for the part in a fused one. */
  private boolean isWeighted(Module module) {
    Map<ModuleType, ModuleType> references = backend.referenceModules();
    ModuleType weighted =
        module instanceof FusedModule fused ? fused.part(0).type() : module.type();
    return references.containsKey(weighted);
  }

  private void replace(
      Node node, Module module, QConfig qconfig, @Nullable ActivationPostProcess trained) {
    Module weighted = module instanceof FusedModule fused ? fused.part(0) : module;
    if (!isWeightQuantized(qconfig)) {
      refusals.put(node.name(), "the qconfig does not quantize weights");
      return;
    }
    ReferenceModule reference = reference(weighted, qconfig, trained);
    if (qconfig.activation().isOctants()) {
      reference.parameters().forEach(WeightedModules::requireNumbers);
      reference = withRoomForBias(reference, node);
      reference = trained == null ? withKeptSums(reference) : reference;
    }
    reference.train(module.isTraining());
    if (module instanceof FusedModule fused) {
      List<Module> parts = new ArrayList<>(fused.parts());
      parts.forEach(part -> part.attach(QConfig.class, qconfig));
      parts.set(0, reference);
      FusedModule shell = new FusedModule(fused.kind(), parts);
      shell.train(fused.isTraining());
      shell.attach(QConfig.class, qconfig);
      model.setModule(node.target(), shell);
    } else {
      model.setModule(node.target(), reference);
    }
  }

  /** PyTorch's presets give such a weight a scale of NaN; Octant's own refuse it. */
  private static void requireNumbers(String name, Tensor value) {
    int channels = value.shape().rank() == 0 ? 1 : value.shape().dim(0);
    for (int i = 0; i < value.numel(); i++) {
      if (!Double.isFinite(value.doubleAt(i))) {
        throw new ConvertException(
            name
                + " has "
                + value.doubleAt(i)
                + " in channel "
                + i / (value.numel() / channels)
                + ", expected finite values");
      }
    }
  }

  /** Octant's own presets keep biases within 32 bits, PyTorch's stay as they are there. */
  private ReferenceModule withRoomForBias(ReferenceModule layer, Node node) {
    WeightQParams weight = layer.weights().get("weight");
    OptionalDouble input = inputScale(node);
    if (weight == null || input.isEmpty()) {
      return layer;
    }
    WeightQParams fitting =
        weight
            .withScaleOfZeros(layer.tensor("weight"), ActivationPostProcess.DEFAULT_EPS)
            .withRoomFor(layer.findTensor("bias"), input.getAsDouble());
    return fitting == weight
        ? layer
        : ReferenceModule.of(layer.floatModule(), fitting, layer.form());
  }

  /** Octant's own presets keep the sums of weights, PyTorch's round each to the nearest. */
  private static ReferenceModule withKeptSums(ReferenceModule layer) {
    WeightQParams q = layer.weights().get("weight");
    if (q == null || !KEPT_SUMS.contains(layer.floatType().name())) {
      return layer;
    }
    Module kept = layer.floatModule();
    kept.setParameter("weight", KeptSums.of(layer.tensor("weight"), q));
    return ReferenceModule.of(kept, q, layer.form());
  }

  /** Scale of what a node reads, if that was quantized per tensor right before it. */
  private OptionalDouble inputScale(Node node) {
    return !node.args().isEmpty()
            && node.arg(0) instanceof Node dequantize
            && QuantizeNodes.isDequantize(dequantize)
            && dequantize.arg(0) instanceof Node quantize
            && quantize.calls(QuantizeNodes.PER_TENSOR)
        ? OptionalDouble.of(number(quantize.arg(1)))
        : OptionalDouble.empty();
  }

  private double number(Object argument) {
    return argument instanceof Number n
        ? n.doubleValue()
        : ((Tensor) model.attribute(((Node) argument).target())).item();
  }

  private static boolean isWeightQuantized(QConfig qconfig) {
    DType dtype = qconfig.weight().create().dtype();
    return dtype.isQuantized() || dtype == DType.FLOAT16 || !dtype.isFloatingPoint();
  }

  private ReferenceModule reference(
      Module weighted, QConfig qconfig, @Nullable ActivationPostProcess trained) {
    Form shape = form == ConvertForm.DECOMPOSED ? Form.DECOMPOSED : Form.QUANTIZED_TENSORS;
    String type = weighted.type().name();
    if (CELLS.contains(type) || RECURRENT.contains(type)) {
      Map<String, WeightQParams> weights = new LinkedHashMap<>();
      weighted
          .parameters()
          .forEach(
              (name, value) -> {
                if (name.startsWith("weight")) {
                  WeightQParams q = observed(qconfig.weight().create(), value);
                  weights.put(name, RECURRENT.contains(type) ? withInt32ZeroPoint(q) : q);
                }
              });
      return ReferenceModule.recurrent(weighted, weights, shape);
    }
    ActivationPostProcess observer = trained != null ? trained : qconfig.weight().create();
    boolean keepsTrained = trained != null && form == ConvertForm.DECOMPOSED;
    return ReferenceModule.of(
        weighted,
        keepsTrained ? qparams(observer) : observed(observer, weighted.tensor("weight")),
        shape);
  }

  /** Runs an observer on a weight and reads its parameters. */
  private static WeightQParams observed(ActivationPostProcess observer, Tensor weight) {
    observer.evaluate(List.of(weight), Map.of());
    return qparams(observer);
  }

  /**
   * Reference LSTM and GRU keep zero points as int32, other modules as their observers give them.
   */
  private static WeightQParams withInt32ZeroPoint(WeightQParams q) {
    if (q.scheme() == null || q.zeroPoint().dtype() != DType.INT64) {
      return q;
    }
    int[] narrow = Arrays.stream(q.zeroPoint().longs()).mapToInt(Math::toIntExact).toArray();
    Tensor zeroPoint = Tensor.of(DType.INT32, q.zeroPoint().shape(), narrow);
    return new WeightQParams(q.dtype(), q.scheme(), q.scale(), zeroPoint, q.axis(), q.range());
  }

  private static WeightQParams qparams(ActivationPostProcess observer) {
    DType dtype = observer.dtype();
    if (!dtype.isQuantized()) {
      return WeightQParams.ofFloat(dtype);
    }
    CalculatedQParams q = observer.calculateQParams();
    boolean perChannel = observer.qscheme().isPerChannel();
    QScheme scheme =
        switch (observer.qscheme()) {
          case PER_TENSOR_SYMMETRIC -> QScheme.PER_TENSOR_AFFINE;
          case PER_CHANNEL_SYMMETRIC -> QScheme.PER_CHANNEL_AFFINE;
          default -> observer.qscheme();
        };
    return new WeightQParams(
        dtype,
        scheme,
        q.scale(),
        q.zeroPoint(),
        perChannel ? observer.channelAxis() : 0,
        observer.range().orElseGet(() -> QRange.of(dtype)));
  }
}
