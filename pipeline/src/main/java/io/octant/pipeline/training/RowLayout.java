package io.octant.pipeline.training;

import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoded sample as bytes, in which it is shuffled and cached: the elements of its inputs one
 * after the other, little-endian in the storage of their types, then the label, int64 (0 without).
 *
 * @param fields the model's inputs
 */
record RowLayout(List<SampleField> fields) implements Serializable {
  RowLayout {
    fields = List.copyOf(fields);
  }

  /** Bytes of a sample. */
  int rowBytes() {
    long bytes = Long.BYTES;
    for (SampleField field : fields) {
      bytes += (long) field.numel() * width(field);
    }
    return Math.toIntExact(bytes);
  }

  private static int width(SampleField field) {
    return switch (field.dtype().storage()) {
      case FLOATS, INTS -> Integer.BYTES;
      case DOUBLES, LONGS -> Long.BYTES;
    };
  }

  /** The bytes of the only sample of a batch. */
  byte[] row(Batch batch) {
    ByteBuffer out = ByteBuffer.allocate(rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < fields.size(); i++) {
      Tensor input = batch.inputs().get(i);
      switch (input.dtype().storage()) {
        case FLOATS -> out.asFloatBuffer().put(input.floats());
        case DOUBLES -> out.asDoubleBuffer().put(input.doubles());
        case INTS -> out.asIntBuffer().put(input.ints());
        case LONGS -> out.asLongBuffer().put(input.longs());
      }
      out.position(out.position() + fields.get(i).numel() * width(fields.get(i)));
    }
    out.putLong(batch.labels().length == 0 ? 0 : batch.labels()[0]);
    return out.array();
  }

  /**
   * Some rows of a block as the model's inputs.
   *
   * @param block samples one after the other
   */
  List<Tensor> inputs(byte[] block, List<Integer> rows) {
    List<Tensor> out = new ArrayList<>();
    int offset = 0;
    for (SampleField field : fields) {
      out.add(field.batch(rows.size(), elements(field, block, rows, offset)));
      offset += field.numel() * width(field);
    }
    return out;
  }

  private Object elements(SampleField field, byte[] block, List<Integer> rows, int offset) {
    int each = field.numel();
    int all = Math.multiplyExact(each, rows.size());
    ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    Object out =
        switch (field.dtype().storage()) {
          case FLOATS -> new float[all];
          case DOUBLES -> new double[all];
          case INTS -> new int[all];
          case LONGS -> new long[all];
        };
    for (int r = 0; r < rows.size(); r++) {
      in.position(rows.get(r) * rowBytes() + offset);
      if (out instanceof float[] floats) {
        in.asFloatBuffer().get(floats, r * each, each);
      } else if (out instanceof double[] doubles) {
        in.asDoubleBuffer().get(doubles, r * each, each);
      } else if (out instanceof int[] ints) {
        in.asIntBuffer().get(ints, r * each, each);
      } else {
        in.asLongBuffer().get((long[]) out, r * each, each);
      }
    }
    return out;
  }

  /** The labels of some rows of a block, int64 [rows]. */
  Tensor labels(byte[] block, List<Integer> rows) {
    ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    long[] out = new long[rows.size()];
    for (int r = 0; r < out.length; r++) {
      out[r] = in.getLong((rows.get(r) + 1) * rowBytes() - Long.BYTES);
    }
    return Tensor.of(DType.INT64, Shape.of(out.length), out);
  }
}
