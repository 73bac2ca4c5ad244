package io.octant.kernels.plan;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that exists at run time, as the compiler sees it: type, shape, and where it will be. It
 * is in native memory, or a Java tensor in a slot of the context, or both, or neither yet while its
 * producer is pending.
 */
final class Activation implements Placed {
  private final DType dtype;
  private final @Nullable QParams qparams;
  private final Shape shape;
  private @Nullable MemoryLayout layout;
  private @Nullable Buffer buffer;
  private @Nullable Pending pending;
  private int slot = -1;

  Activation(DType dtype, Shape shape, @Nullable QParams qparams) {
    this.dtype = dtype;
    this.shape = shape;
    this.qparams = qparams;
  }

  /** The element type in native memory, null if the type has none. */
  static @Nullable ElementType elementType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> ElementType.F32;
      case INT64 -> ElementType.S64;
      case INT32 -> ElementType.S32;
      case QUINT8, UINT8, BOOL -> ElementType.U8;
      case QINT8, INT8 -> ElementType.S8;
      default -> null;
    };
  }

  DType dtype() {
    return dtype;
  }

  /** Zeros of this type, shape and parameters, for what is asked of an operator while compiling. */
  Tensor zeros() {
    QParams q = qparams == null && dtype.isQuantized() ? QParams.perTensor(1, 0) : qparams;
    return Tensor.zeros(dtype, shape, q);
  }

  @Nullable QParams qparams() {
    return qparams;
  }

  Shape shape() {
    return shape;
  }

  int rank() {
    return shape.rank();
  }

  long[] dims() {
    return Arrays.stream(shape.toArray()).asLongStream().toArray();
  }

  boolean isFloat() {
    return dtype == DType.FLOAT32;
  }

  /** True for 8-bit values with one scale. */
  boolean isQuantized() {
    return qparams != null
        && !qparams.isPerChannel()
        && (dtype == DType.QUINT8 || dtype == DType.QINT8);
  }

  /** Type and parameters of a per-tensor quantized value. */
  Affine affine() {
    QParams q = qparams;
    if (q == null || !isQuantized()) {
      throw new UnsupportedKernelException("needs an 8-bit tensor with one scale, not " + this);
    }
    return Affine.of(requireElementType(), q.scale(), q.zeroPoint());
  }

  ElementType requireElementType() {
    ElementType type = elementType(dtype);
    if (type == null) {
      throw new UnsupportedKernelException("no native kernel takes " + dtype);
    }
    return type;
  }

  // ---- where it is

  /** Places it in native memory. */
  Activation at(MemoryLayout where, Buffer in) {
    this.layout = where;
    this.buffer = in;
    this.pending = null;
    return this;
  }

  /** Leaves it to a producer that will write this layout when it is needed. */
  Activation awaits(MemoryLayout where, Pending producer) {
    this.layout = where;
    this.pending = producer;
    return this;
  }

  /** Names the slot of the context that holds it as a Java tensor; it never moves to another. */
  Activation inSlot(int index) {
    if (slot >= 0) {
      throw new IllegalStateException("Cannot move " + this + " from slot " + slot);
    }
    this.slot = index;
    this.pending = null;
    return this;
  }

  boolean isNative() {
    return buffer != null;
  }

  @Override
  public int slot() {
    return slot;
  }

  @Nullable Pending pending() {
    return pending;
  }

  /** Its layout in native memory, where it is or will be there. */
  MemoryLayout layout() {
    MemoryLayout l = layout;
    if (l == null) {
      throw new IllegalStateException("Cannot read layout of " + this + ": not in native memory");
    }
    return l;
  }

  Buffer buffer() {
    Buffer b = buffer;
    if (b == null) {
      throw new IllegalStateException("Cannot read buffer of " + this + ": not in native memory");
    }
    return b;
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
