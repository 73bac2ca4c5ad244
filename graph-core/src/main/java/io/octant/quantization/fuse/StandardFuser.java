package io.octant.quantization.fuse;

import io.octant.graph.Module;
import io.octant.nn.intrinsic.BatchNormFolding;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.quantization.backend.FuserMethod;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.mapform.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fusers that the preset backends name; {@code torch.ao.quantization.fuser_method_mappings} and
 * the private ones of the oneDNN table. For inference a batch norm is folded into the weight before
 * it.
 */
public enum StandardFuser implements FuserMethod {
  /** Two modules side by side: conv-relu, linear-tanh. */
  SEQUENTIAL("sequential_wrapper2"),
  CONV_BN("fuse_conv_bn"),
  CONV_BN_RELU("fuse_conv_bn_relu"),
  LINEAR_BN("fuse_linear_bn"),
  /** The out-channel axis of a transposed convolution is 1. */
  CONV_TRANSPOSE_BN("fuse_convtranspose_bn"),
  LINEAR_BN_LEAKY_RELU("_fuse_linear_bn_leaky_relu"),
  CONV_ADD_LEFT("_fuse_conv_add_left"),
  CONV_ADD_RIGHT("_fuse_conv_add_right"),
  CONV_BN_ADD_LEFT("_fuse_conv_bn_add_left"),
  CONV_BN_ADD_RIGHT("_fuse_conv_bn_add_right"),
  CONV_ADD_RELU_LEFT("_fuse_conv_add_relu_left"),
  CONV_ADD_RELU_RIGHT("_fuse_conv_add_relu_right"),
  CONV_BN_ADD_RELU_LEFT("_fuse_conv_bn_add_relu_left"),
  CONV_BN_ADD_RELU_RIGHT("_fuse_conv_bn_add_relu_right");

  private final String torchName;

  StandardFuser(String torchName) {
    this.torchName = torchName;
  }

  /**
   * A fuser by its PyTorch name.
   *
   * @throws ConfigurationException if there is none
   */
  public static StandardFuser of(String name) {
    return Arrays.stream(values())
        .filter(f -> f.torchName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "Cannot resolve fuser method: "
                        + name
                        + ", expected one of "
                        + Arrays.stream(values()).map(f -> f.torchName).toList()));
  }

  @Override
  public String fuserName() {
    return torchName;
  }

  @Override
  public Module fuse(FusionMode mode, List<Module> parts) {
    FusionChecks.requireOneMode(parts);
    if (mode == FusionMode.INFERENCE) {
      return fused(folded(parts));
    }
    if (this == CONV_TRANSPOSE_BN) {
      throw new FusionException(
          "Cannot fuse " + types(parts) + " for training: it is not supported yet");
    }
    FusionChecks.requireTrainable(parts);
    return fused(parts);
  }

  /** The parts with each batch norm merged into the weight in front of it. */
  private static List<Module> folded(List<Module> parts) {
    List<Module> out = new ArrayList<>();
    for (Module part : parts) {
      if (!out.isEmpty() && FusionChecks.isBatchNorm(part)) {
        if (part.isTraining()) {
          throw new FusionException(
              "Cannot fuse " + types(parts) + " in training mode, expected evaluation mode");
        }
        out.add(BatchNormFolding.fold(out.remove(out.size() - 1), part));
      } else {
        out.add(part);
      }
    }
    return out;
  }

  private Module fused(List<Module> parts) {
    if (parts.size() == 1 && !addsInput()) {
      return parts.get(0);
    }
    FusedKind kind =
        Arrays.stream(FusedKind.values())
            .filter(k -> k.addsInput() == addsInput())
            .filter(k -> k.parts().equals(parts.stream().map(Module::type).toList()))
            .findFirst()
            .orElseThrow(
                () ->
                    new FusionException(
                        "Cannot fuse " + types(parts) + ": expected parts of a fused module"));
    FusedModule out = new FusedModule(kind, parts);
    out.train(parts.get(0).isTraining());
    return out;
  }

  private boolean addsInput() {
    return torchName.contains("_add_");
  }

  private static List<String> types(List<Module> parts) {
    return parts.stream().map(p -> p.type().name()).toList();
  }
}
