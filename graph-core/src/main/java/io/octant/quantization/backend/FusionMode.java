package io.octant.quantization.backend;

/**
 * What fusion is for.
 *
 * <p>The flag {@code is_qat} of PyTorch's fuser methods.
 */
public enum FusionMode {
  /** For inference: batch norms are folded into weights. */
  INFERENCE,
  /** For quantization-aware training: batch norms stay, to be trained. */
  QAT
}
