package io.octant.jobs.config;

/** Backends by the names that PyTorch gives them. */
public enum Backend {
  X86,
  FBGEMM,
  ONEDNN,
  QNNPACK,
  TENSORRT
}
