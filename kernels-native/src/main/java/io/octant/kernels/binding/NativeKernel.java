package io.octant.kernels.binding;

/**
 * An operator with its packed constants. Immutable and thread-safe: any number of threads may bind
 * it. It must outlive its calls.
 */
public final class NativeKernel extends NativeResource {
  private final String implementation;
  private final int operands;
  private final long scratchBytes;
  private final long constantBytes;
  private final long multiplyAdds;
  private final boolean integer;

  NativeKernel(long handle) {
    this(handle, 0, false);
  }

  NativeKernel(long handle, long multiplyAdds, boolean integer) {
    super(handle);
    this.multiplyAdds = multiplyAdds;
    this.integer = integer;
    this.implementation = Bindings.implementation(handle);
    this.operands = Bindings.operandCount(handle);
    this.scratchBytes = Bindings.scratchBytes(handle);
    this.constantBytes = Bindings.constantBytes(handle);
    NativeBytes.take(constantBytes);
  }

  /**
   * Name of the chosen implementation with its instruction set, {@code brgconv:avx512_core} say.
   */
  public String implementation() {
    return implementation;
  }

  /** Bytes of scratch memory that a call needs while it runs. */
  public long scratchBytes() {
    return scratchBytes;
  }

  /** Bytes of packed weights and other constants. */
  public long constantBytes() {
    return constantBytes;
  }

  /** Products that one run adds up, padding included; 0 for kernels that multiply no matrices. */
  public long multiplyAdds() {
    return multiplyAdds;
  }

  /** Whether they are products of integers of 8 bits. */
  public boolean isInteger() {
    return integer;
  }

  /**
   * Binds operand addresses, in the order that the factory in {@link Kernels} documents.
   *
   * @param scratch address of {@link #scratchBytes()} bytes, 64-byte aligned; unused if that is 0
   */
  public NativeCall bind(long[] addresses, long scratch) {
    if (addresses.length != operands) {
      throw new IllegalArgumentException(
          "Cannot bind "
              + implementation
              + ": "
              + addresses.length
              + " operands, expected "
              + operands);
    }
    return new NativeCall(Bindings.bind(handle(), addresses, scratch));
  }

  @Override
  void free(long address) {
    Bindings.freeKernel(address);
    NativeBytes.giveBack(constantBytes);
  }
}
