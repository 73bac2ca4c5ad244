package io.octant.nn.intrinsic;

import io.octant.OctantException;
import io.octant.graph.ModuleType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The fused modules of {@code torch.ao.nn.intrinsic}, with the types of their float parts. */
public enum FusedKind {
  CONV_RELU_1D("ConvReLU1d", "Conv1d", "ReLU"),
  CONV_RELU_2D("ConvReLU2d", "Conv2d", "ReLU"),
  CONV_RELU_3D("ConvReLU3d", "Conv3d", "ReLU"),
  CONV_BN_1D("ConvBn1d", "Conv1d", "BatchNorm1d"),
  CONV_BN_2D("ConvBn2d", "Conv2d", "BatchNorm2d"),
  CONV_BN_3D("ConvBn3d", "Conv3d", "BatchNorm3d"),
  CONV_BN_RELU_1D("ConvBnReLU1d", "Conv1d", "BatchNorm1d", "ReLU"),
  CONV_BN_RELU_2D("ConvBnReLU2d", "Conv2d", "BatchNorm2d", "ReLU"),
  CONV_BN_RELU_3D("ConvBnReLU3d", "Conv3d", "BatchNorm3d", "ReLU"),
  LINEAR_RELU("LinearReLU", "Linear", "ReLU"),
  LINEAR_BN_1D("LinearBn1d", "Linear", "BatchNorm1d"),
  BN_RELU_2D("BNReLU2d", "BatchNorm2d", "ReLU"),
  BN_RELU_3D("BNReLU3d", "BatchNorm3d", "ReLU"),
  LINEAR_LEAKY_RELU("LinearLeakyReLU", "Linear", "LeakyReLU"),
  LINEAR_TANH("LinearTanh", "Linear", "Tanh"),
  /** Adds its second input to the convolution of the first. */
  CONV_ADD_2D("ConvAdd2d", "Conv2d"),
  /** Adds its second input to the convolution of the first, and applies ReLU. */
  CONV_ADD_RELU_2D("ConvAddReLU2d", "Conv2d", "ReLU");

  private static final String PACKAGE = "torch.ao.nn.intrinsic.";

  private final String torchName;
  private final List<ModuleType> parts;

  FusedKind(String name, String... parts) {
    this.torchName = name;
    this.parts = Arrays.stream(parts).map(p -> new ModuleType("torch.nn." + p)).toList();
  }

  /** {@code torch.ao.nn.intrinsic.ConvReLU2d} and so on. */
  public ModuleType type() {
    return new ModuleType(PACKAGE + torchName);
  }

  /** Types of the float parts, in the order they are called. */
  public List<ModuleType> parts() {
    return parts;
  }

  /** Whether the module takes a second input, which is added to the convolution. */
  public boolean addsInput() {
    return this == CONV_ADD_2D || this == CONV_ADD_RELU_2D;
  }

  /** Whether a batch norm is among the parts. */
  public boolean hasBatchNorm() {
    return parts.stream().anyMatch(p -> p.name().contains("BatchNorm"));
  }

  /** The kind of a module type, if it is a fused one. */
  public static Optional<FusedKind> find(ModuleType type) {
    return Arrays.stream(values()).filter(k -> k.type().equals(type)).findFirst();
  }

  /**
   * The kind of a module type.
   *
   * @throws OctantException if it is not a fused one
   */
  public static FusedKind of(ModuleType type) {
    return find(type)
        .orElseThrow(
            () ->
                new OctantException(
                    "Cannot resolve fused module: "
                        + type
                        + ", expected one of "
                        + PACKAGE
                        + Arrays.stream(values()).map(k -> k.torchName).toList()));
  }

  @Override
  public String toString() {
    return torchName;
  }
}
