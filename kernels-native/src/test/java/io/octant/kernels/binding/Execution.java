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
    NativeMemory[] operands = new NativeMemory[sources.length + 1];
    long[] addresses = new long[operands.length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = new NativeMemory(i < sources.length ? sources[i].capacity() : dstBytes);
      addresses[i] = operands[i].address(0);
      if (i < sources.length) {
        operands[i].view(0, sources[i].capacity()).put(sources[i].duplicate().rewind());
      }
    }
    try (NativeMemory scratch = new NativeMemory(kernel.scratchBytes());
        NativeCall call = kernel.bind(addresses, scratch.address(0))) {
      call.run(Long.MAX_VALUE);
      ByteBuffer out = ByteBuffer.allocate((int) dstBytes).order(ByteOrder.nativeOrder());
      out.put(operands[sources.length].view(0, dstBytes)).flip();
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
