package io.octant.kernels.binding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A block of off-heap memory aligned to 64 bytes, not cleared. */
public final class NativeMemory extends NativeResource {
  private final long bytes;

  /**
   * Allocates.
   *
   * @throws OutOfMemoryError if the system refuses
   */
  public NativeMemory(long bytes) {
    super(Bindings.allocate(bytes));
    this.bytes = bytes;
    NativeBytes.take(bytes);
  }

  /** Size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Address of the byte at {@code offset}. */
  public long address(long offset) {
    return handle() + offset;
  }

  /** A view in native byte order of at most 2 GiB; it must not be used after {@link #close}. */
  public ByteBuffer view(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > bytes) {
      throw new IndexOutOfBoundsException(
          "Cannot view bytes "
              + offset
              + " to "
              + (offset + length)
              + ", expected within "
              + bytes);
    }
    return Bindings.view(handle() + offset, length).order(ByteOrder.nativeOrder());
  }

  @Override
  void free(long address) {
    Bindings.free(address);
    NativeBytes.giveBack(bytes);
  }
}
