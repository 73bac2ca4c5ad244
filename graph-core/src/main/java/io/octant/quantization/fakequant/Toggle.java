package io.octant.quantization.fakequant;

import io.octant.graph.Module;

/**
 * A switch of fake quantizes; PyTorch's module-level helpers {@code enable_observer}, {@code
 * disable_observer}, {@code enable_fake_quant} and {@code disable_fake_quant}.
 */
public enum Toggle {
  ENABLE_OBSERVER,
  DISABLE_OBSERVER,
  ENABLE_FAKE_QUANT,
  DISABLE_FAKE_QUANT;

  /** Whether this switches something on. */
  boolean on() {
    return this == ENABLE_OBSERVER || this == ENABLE_FAKE_QUANT;
  }

  /** Whether this is about observing rather than fake quantization. */
  boolean ofObserver() {
    return this == ENABLE_OBSERVER || this == DISABLE_OBSERVER;
  }

  /** Applies this to every fake quantize of a module tree; PyTorch's {@code model.apply(…)}. */
  public void applyTo(Module root) {
    root.forEachModule(
        (path, m) -> {
          if (m instanceof FakeQuantizeModule fakeQuantize) {
            fakeQuantize.apply(this);
          }
        });
  }
}
