package io.octant.tensor;

import io.octant.OctantException;
import java.util.Arrays;

/**
 * How the scale and zero point of a tensor are laid out and constrained; named as PyTorch's {@code
 * torch.qscheme}s.
 */
public enum QScheme {
  PER_TENSOR_AFFINE("per_tensor_affine"),
  PER_TENSOR_SYMMETRIC("per_tensor_symmetric"),
  PER_CHANNEL_AFFINE("per_channel_affine"),
  PER_CHANNEL_SYMMETRIC("per_channel_symmetric"),
  /** Zero points are floats: {@code q = round(x / scale + zeroPoint)}; embeddings only. */
  PER_CHANNEL_AFFINE_FLOAT_QPARAMS("per_channel_affine_float_qparams");

  private final String torchName;

  QScheme(String name) {
    this.torchName = "torch." + name;
  }

  /** PyTorch's name, such as {@code torch.per_tensor_affine}. */
  public String torchName() {
    return torchName;
  }

  /** Whether each index of an axis has parameters of its own. */
  public boolean isPerChannel() {
    return this == PER_CHANNEL_AFFINE
        || this == PER_CHANNEL_SYMMETRIC
        || this == PER_CHANNEL_AFFINE_FLOAT_QPARAMS;
  }

  /** Whether zero points are fixed at the middle of the range. */
  public boolean isSymmetric() {
    return this == PER_TENSOR_SYMMETRIC || this == PER_CHANNEL_SYMMETRIC;
  }

  /**
   * Finds a scheme by its PyTorch name.
   *
   * @throws OctantException if there is none
   */
  public static QScheme of(String name) {
    for (QScheme s : values()) {
      if (s.torchName.equals(name) || s.torchName.equals("torch." + name)) {
        return s;
      }
    }
    throw new OctantException(
        "Cannot resolve qscheme: " + name + ", expected one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return torchName;
  }
}
