package io.octant.kernels.binding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a kernel once on Java arrays. */
final class Execution {
  private Execution() {}

  /**
   * Copies every operand to memory of its own, runs, and returns the bytes of the last one, which
   * is the destination (binary post-operands must be bound by the test itself).
   */
  static ByteBuffer run(NativeKernel kernel, long dstBytes, ByteBuffer... sources) {
    return runAt(sources.length, kernel, dstBytes, sources);
  }

  /** The same for a kernel whose destination is another operand than the last one. */
  static ByteBuffer runAt(
      int destination, NativeKernel kernel, long dstBytes, ByteBuffer... sources) {
    NativeMemory[] operands = new NativeMemory[sources.length + 1];
    long[] addresses = new long[operands.length];
    for (int i = 0; i < operands.length; i++) {
      int source = i < destination ? i : i - 1;
      operands[i] = new NativeMemory(i == destination ? dstBytes : sources[source].capacity());
      addresses[i] = operands[i].address(0);
      if (i != destination) {
        operands[i].view(0, sources[source].capacity()).put(sources[source].duplicate().rewind());
      }
    }
    try (NativeMemory scratch = new NativeMemory(kernel.scratchBytes());
        NativeCall call = kernel.bind(addresses, scratch.address(0))) {
      call.run(Long.MAX_VALUE);
      ByteBuffer out = ByteBuffer.allocate((int) dstBytes).order(ByteOrder.nativeOrder());
      out.put(operands[destination].view(0, dstBytes)).flip();
      return out;
    } finally {
      for (NativeMemory m : operands) {
        m.close();
      }
    }
  }

  static ByteBuffer bytes(float[] values) {
    ByteBuffer b = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
    b.asFloatBuffer().put(values);
    return b;
  }

  static ByteBuffer bytes(byte[] values) {
    return ByteBuffer.wrap(values);
  }

  static float[] floats(ByteBuffer bytes) {
    float[] out = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(out);
    return out;
  }
}
