package io.octant.kernels.binding;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Owner of one native handle. Closing frees it, closing twice is harmless, and {@link #handle()}
 * after closing throws. Closing while another thread is inside a native call is the caller's error:
 * owners close only when no run is under way.
 */
abstract class NativeResource implements AutoCloseable {
  private final AtomicLong handle;

  NativeResource(long handle) {
    this.handle = new AtomicLong(handle);
  }

  /**
   * The native address.
   *
   * @throws IllegalStateException if closed
   */
  final long handle() {
    long h = handle.get();
    if (h == 0) {
      throw new IllegalStateException(
          "Cannot use " + getClass().getSimpleName() + ": it is closed");
    }
    return h;
  }

  abstract void free(long address);

  @Override
  public final void close() {
    long h = handle.getAndSet(0);
    if (h != 0) {
      free(h);
    }
  }
}
