package io.octant.kernels.binding;

/** A kernel bound to operand addresses. Belongs to one thread at a time. */
public final class NativeCall extends NativeResource {
  NativeCall(long handle) {
    super(handle);
  }

  /**
   * Executes on the calling thread.
   *
   * @param validSamples samples of the micro-batch that are data; only observers look at it
   */
  public void run(long validSamples) {
    Bindings.run(handle(), validSamples);
  }

  @Override
  void free(long address) {
    Bindings.freeCall(address);
  }
}
