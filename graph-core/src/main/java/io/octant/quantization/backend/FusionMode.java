package io.octant.quantization.backend;

/**
 * What fusion is for.
 *
 * <p>The flag {@code is_qat} of PyTorch's fuser methods, {@code fuse_conv_bn} and the others.
 */
public enum FusionMode {
  /** For inference: batch norms are folded into weights. */
  INFERENCE,
  /** For quantization-aware training: batch norms stay, to be trained. */
  QAT
}
