package io.octant.quantization.backend;

/** What fusion is for. */
public enum FusionMode {
  /** For inference: batch norms are folded into weights. */
  INFERENCE,
  /** For quantization-aware training: batch norms stay, to be trained. */
  QAT
}
