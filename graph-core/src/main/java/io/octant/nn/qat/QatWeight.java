package io.octant.nn.qat;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.MovingAverageObserver;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.QScheme;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Without batch norm: {@code nn.qat.Linear}, {@code nn.qat.dynamic.Linear}, {@code Conv1d} to
 * {@code Conv3d}, {@code Embedding}, {@code EmbeddingBag}; {@code nn.intrinsic.qat.LinearReLU},
 * {@code ConvReLU1d} to {@code ConvReLU3d}.
 */
final class QatWeight extends QatModule {
  private static final String FLOAT = "torch.nn.";
  static final String DYNAMIC_LINEAR = "torch.ao.nn.qat.dynamic.Linear";
  private static final Set<String> SUPPORTED =
      Set.of("Linear", "Conv1d", "Conv2d", "Conv3d", "Embedding", "EmbeddingBag");
  private static final Set<FusedKind> FUSED =
      EnumSet.of(
          FusedKind.LINEAR_RELU,
          FusedKind.CONV_RELU_1D,
          FusedKind.CONV_RELU_2D,
          FusedKind.CONV_RELU_3D);

  QatWeight(Module module, ActivationPostProcess fakeQuantize) {
    this(torchName(module.type()), module, fakeQuantize);
  }

  private QatWeight(String torchName, Module module, ActivationPostProcess fakeQuantize) {
    super(
        torchName,
        module instanceof FusedModule fused ? fused.part(0) : module,
        module instanceof FusedModule fused ? fused.part(1) : null);
    if (module.type().name().startsWith(FLOAT + "Embedding")
        && fakeQuantize.qscheme() != QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      throw new OctantException(
          "Cannot train "
              + module.type()
              + " with weight scheme "
              + fakeQuantize.qscheme()
              + ", expected "
              + QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS);
    }
    observeWeight(fakeQuantize);
  }

  /** {@code nn.qat.dynamic.Linear}: for activations with the range of each tensor. */
  static QatWeight dynamicLinear(Module linear, QConfig qconfig) {
    if (!isMemoryless(qconfig.activation().create())) {
      throw new OctantException(
          "Cannot train "
              + DYNAMIC_LINEAR
              + " with activation observer "
              + qconfig.activation()
              + ": dynamic training requires a memoryless observer, expected a moving average with"
              + " averaging constant 1");
    }
    return new QatWeight(DYNAMIC_LINEAR, linear, qconfig.weight().create());
  }

  private static boolean isMemoryless(ActivationPostProcess activation) {
    Object observer = activation.children().getOrDefault("activation_post_process", activation);
    return observer instanceof MovingAverageObserver average && average.averagingConstant() == 1;
  }

  static boolean covers(ModuleType type) {
    String name = type.name();
    return FusedKind.find(type).filter(FUSED::contains).isPresent()
        || (name.startsWith(FLOAT) && SUPPORTED.contains(name.substring(FLOAT.length())));
  }

  private static String torchName(ModuleType type) {
    if (!covers(type)) {
      throw new OctantException(
          "Cannot make a quantization-aware module of " + type + ", expected one of " + SUPPORTED);
    }
    return type.name().startsWith(FLOAT)
        ? "torch.ao.nn.qat." + type.name().substring(FLOAT.length())
        : type.name().replace(".intrinsic.", ".intrinsic.qat.");
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    return activated(weighted(fakeQuantized(tensor("weight")), findTensor("bias"), args, kwargs));
  }
}
