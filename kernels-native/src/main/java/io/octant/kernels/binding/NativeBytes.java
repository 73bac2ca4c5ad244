package io.octant.kernels.binding;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of native memory that the open objects of this process hold: blocks ({@link NativeMemory})
 * and packed constants of kernels. Accumulators of observers are not in it: they reserve address
 * space and take memory as they count. Thread-safe.
 */
public final class NativeBytes {
  private static final AtomicLong NOW = new AtomicLong();
  private static final AtomicLong PEAK = new AtomicLong();

  private NativeBytes() {}

  /** Bytes held at the moment. */
  public static long now() {
    return NOW.get();
  }

  /** The most that was held at once since the process began. */
  public static long peak() {
    return PEAK.get();
  }

  static void take(long bytes) {
    long held = NOW.addAndGet(bytes);
    PEAK.accumulateAndGet(held, Math::max);
  }

  static void giveBack(long bytes) {
    NOW.addAndGet(-bytes);
  }
}
