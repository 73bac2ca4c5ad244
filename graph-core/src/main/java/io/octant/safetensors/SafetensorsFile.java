package io.octant.safetensors;

import io.octant.OctantException;
import io.octant.safetensors.SafetensorsHeader.Entry;
import io.octant.tensor.DType;
import io.octant.tensor.SmallFloats;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file in memory. Tensors are decoded when asked for: F32, F64, F16, BF16, I64, I32,
 * I16, I8, U8, U16, BOOL. Only files as the safetensors library writes them are accepted: no gap or
 * overlap between tensors, none before or behind them, no key twice, padding to eight bytes.
 * Immutable, thread-safe.
 */
public final class SafetensorsFile {
  private final String source;
  private final ByteBuffer data;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(String source, ByteBuffer data, SafetensorsHeader header) {
    this.source = source;
    this.data = data;
    this.entries = header.entries();
    this.metadata = header.metadata();
  }

  /**
   * Reads a file.
   *
   * @throws OctantException if it is missing, truncated or malformed; the message names the file
   */
  public static SafetensorsFile read(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > Integer.MAX_VALUE - 8) {
        throw new OctantException(
            "Cannot read safetensors file: "
                + file
                + ": "
                + Files.size(file)
                + " bytes, expected at most 2^31 - 9");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new OctantException("Cannot read safetensors file: " + file + ": " + e.getMessage(), e);
    }
    return parse(file.toString(), bytes);
  }

  /**
   * Parses the content of a file.
   *
   * @param source what to call it in messages
   */
  public static SafetensorsFile parse(String source, byte[] bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8) {
      throw new OctantException(
          "Cannot read safetensors file: "
              + source
              + ": "
              + bytes.length
              + " bytes, expected at least 8");
    }
    long headerLength = all.getLong(0);
    if (headerLength < 2 || headerLength > bytes.length - 8) {
      throw new OctantException(
          "Cannot read safetensors file: "
              + source
              + ": header of "
              + headerLength
              + " bytes, expected 2 to "
              + (bytes.length - 8));
    }
    int header = (int) headerLength;
    ByteBuffer data =
        all.slice(8 + header, bytes.length - 8 - header).order(ByteOrder.LITTLE_ENDIAN);
    return new SafetensorsFile(
        source,
        data,
        SafetensorsHeader.parse(source, all.slice(8, header), bytes.length - 8 - header));
  }

  /** Names in file order. */
  public Set<String> names() {
    return java.util.Collections.unmodifiableSet(entries.keySet());
  }

  /** What the file says of itself ({@code __metadata__}), in file order; empty if nothing. */
  public Map<String, String> metadata() {
    return java.util.Collections.unmodifiableMap(metadata);
  }

  /**
   * Decodes all tensors, by name in file order, as {@code load_file}.
   *
   * @throws OctantException as {@link #tensor}
   */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    entries.keySet().forEach(name -> out.put(name, tensor(name)));
    return out;
  }

  /** Whether the file has a tensor of a name. */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * Decodes a tensor.
   *
   * @throws OctantException if it is missing, of an unknown type, or not of its type
   */
  public Tensor tensor(String name) {
    Entry e = entries.get(name);
    if (e == null) {
      throw new OctantException("Cannot find tensor: " + name + ", expected one in " + source);
    }
    int n = e.shape().numel();
    ByteBuffer b = data.slice(e.begin(), e.end() - e.begin()).order(ByteOrder.LITTLE_ENDIAN);
    return switch (e.dtype()) {
      case "F32" -> floats(DType.FLOAT32, e, n, i -> b.getFloat(4 * i));
      case "F16" ->
          floats(DType.FLOAT16, e, n, i -> SmallFloats.decode(DType.FLOAT16, b.getShort(2 * i)));
      case "BF16" ->
          floats(DType.BFLOAT16, e, n, i -> SmallFloats.decode(DType.BFLOAT16, b.getShort(2 * i)));
      case "F64" -> {
        double[] v = new double[n];
        b.asDoubleBuffer().get(v);
        yield Tensor.of(DType.FLOAT64, e.shape(), v);
      }
      case "I64" -> {
        long[] v = new long[n];
        b.asLongBuffer().get(v);
        yield Tensor.of(DType.INT64, e.shape(), v);
      }
      case "I32" -> ints(DType.INT32, e, n, i -> b.getInt(4 * i));
      case "I16" -> ints(DType.INT16, e, n, i -> b.getShort(2 * i));
      case "U16" -> ints(DType.UINT16, e, n, i -> b.getShort(2 * i) & 0xffff);
      case "I8" -> ints(DType.INT8, e, n, b::get);
      case "U8" -> ints(DType.UINT8, e, n, i -> b.get(i) & 0xff);
      case "BOOL" -> ints(DType.BOOL, e, n, i -> bool(name, b.get(i)));
      default ->
          throw new OctantException(
              "Cannot read tensor "
                  + name
                  + " of "
                  + source
                  + ": dtype "
                  + e.dtype()
                  + ", expected F32, F64, F16, BF16, I64, I32, I16, I8, U8, U16 or BOOL");
    };
  }

  private int bool(String name, byte value) {
    if ((value & ~1) != 0) {
      throw new OctantException(
          "Cannot read tensor " + name + " of " + source + ": BOOL " + value + ", expected 0 or 1");
    }
    return value;
  }

  private interface FloatAt {
    float at(int index);
  }

  private static Tensor floats(DType dtype, Entry e, int n, FloatAt value) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = value.at(i);
    }
    return Tensor.of(dtype, e.shape(), v);
  }

  private static Tensor ints(
      DType dtype, Entry e, int n, java.util.function.IntUnaryOperator value) {
    int[] v = new int[n];
    for (int i = 0; i < n; i++) {
      v[i] = value.applyAsInt(i);
    }
    return Tensor.of(dtype, e.shape(), v);
  }
}
