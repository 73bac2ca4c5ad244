package io.octant.nn.qat;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.nn.activation.ReLU;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A module whose weight is fake quantized before use: {@code torch.ao.nn.qat.Linear}, {@code
 * Conv1d}, {@code Conv2d}, {@code Conv3d}, {@code Embedding}, {@code EmbeddingBag}, and the
 * intrinsic ones. Parameters are those of the float module; the fake quantize is the child {@code
 * weight_fake_quant}.
 */
public abstract class QatModule extends Module {
  private static final String FAKE_QUANTIZE = "weight_fake_quant";

  private final ModuleType type;
  private Module body;
  private @Nullable Module activation;

  /**
   * @param weighted the float module that has the weight
   * @param activation a ReLU that follows, or null
   */
  protected QatModule(String torchName, Module weighted, @Nullable Module activation) {
    this.type = new ModuleType(torchName);
    this.body = weighted.copy();
    this.activation = activation;
    weighted.parameters().forEach(this::setParameter);
    super.setTraining(weighted.isTraining());
  }

  /** Makes the fake quantize the next child. */
  protected final void observeWeight(ActivationPostProcess fakeQuantize) {
    setChild(FAKE_QUANTIZE, fakeQuantize).train(isTraining());
  }

  /**
   * The form of a type that a backend configuration names.
   *
   * @param type the form that {@link #of(Module, ActivationPostProcess)} makes, or {@code
   *     torch.ao.nn.qat.dynamic.Linear} for a linear
   * @throws OctantException if the module has no such form; if the dynamic one is to be trained
   *     with activations whose observer remembers earlier tensors
   */
  public static QatModule of(ModuleType type, Module module, QConfig qconfig) {
    if (type.name().equals(QatWeight.DYNAMIC_LINEAR)
        && module.type().name().equals("torch.nn.Linear")) {
      return QatWeight.dynamicLinear(module, qconfig);
    }
    QatModule made = of(module, qconfig.weight().create());
    if (!made.type().equals(type)) {
      throw new OctantException(
          "Cannot make a quantization-aware module of "
              + module.type()
              + ": "
              + type
              + ", expected "
              + made.type());
    }
    return made;
  }

  /** The quantization-aware form of a float module or of a fused one. */
  public static QatModule of(Module module, ActivationPostProcess weightFakeQuantize) {
    if (module instanceof FusedModule fused && fused.kind().hasBatchNorm()) {
      return new QatBatchNorm(fused, weightFakeQuantize);
    }
    return new QatWeight(module, weightFakeQuantize);
  }

  @Override
  public final ModuleType type() {
    return type;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return body.hyperparameters();
  }

  /** The type of the float module whose weight is fake quantized. */
  public final ModuleType weightedType() {
    return body.type();
  }

  /** Whether a ReLU follows. */
  public final boolean hasActivation() {
    return activation != null;
  }

  /** The fake quantize of the weight. */
  public final ActivationPostProcess weightFakeQuantize() {
    return (ActivationPostProcess) module(FAKE_QUANTIZE);
  }

  /** The trained float module, batch norm folded; with a plain ReLU if it has one. */
  public final Module toFloat() {
    Module weighted = floatWeighted();
    return activation == null
        ? weighted
        : new FusedModule(withRelu(), List.of(weighted, new ReLU()));
  }

  /** The kind of fused module that {@link #toFloat} makes when a ReLU follows. */
  private FusedKind withRelu() {
    String name = body.type().name();
    return switch (name) {
      case "torch.nn.Linear" -> FusedKind.LINEAR_RELU;
      case "torch.nn.Conv1d" -> FusedKind.CONV_RELU_1D;
      case "torch.nn.Conv2d" -> FusedKind.CONV_RELU_2D;
      case "torch.nn.Conv3d" -> FusedKind.CONV_RELU_3D;
      default ->
          throw new OctantException(
              "Cannot fuse ReLU with " + name + ", expected Linear or a Conv");
    };
  }

  /** The float module with the current parameters. */
  protected Module floatWeighted() {
    Module out = body.copy();
    out.train(isTraining());
    parameters().forEach(out::setParameter);
    return out;
  }

  /** A weight as it will be once it is quantized. */
  protected final Tensor fakeQuantized(Tensor weight) {
    return (Tensor) weightFakeQuantize().evaluate(List.of(weight), Map.of());
  }

  /** Computes the weighted module with a weight and bias of one's choice. */
  protected final Tensor weighted(
      Tensor weight, @Nullable Tensor bias, List<Object> args, Map<String, Object> kwargs) {
    body.setParameter("weight", weight);
    if (bias == null) {
      body.removeState("bias");
    } else {
      body.setParameter("bias", bias);
    }
    return (Tensor) body.evaluate(args, kwargs);
  }

  /** Applies the ReLU that follows, if there is one. */
  protected final Object activated(Tensor value) {
    return activation == null ? value : activation.evaluate(List.of(value), Map.of());
  }

  @Override
  protected void copiedFrom(Module original) {
    body = body.copy();
    activation = activation == null ? null : activation.copy();
  }
}
