package io.octant.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.SmallFloats;
import io.octant.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes safetensors files: the bytes that {@code safetensors.torch.save_file(tensors, file,
 * metadata={"format": "pt"})} writes, which depend on names and tensors alone. Tensors stand by
 * type, wide ones first, then by name.
 */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  /** Types in the order in which a file has their tensors. */
  private static final List<DType> ORDER =
      List.of(
          DType.INT64,
          DType.FLOAT64,
          DType.FLOAT32,
          DType.INT32,
          DType.BFLOAT16,
          DType.FLOAT16,
          DType.UINT16,
          DType.INT16,
          DType.INT8,
          DType.UINT8,
          DType.BOOL);

  private SafetensorsWriter() {}

  /**
   * Writes a file, which appears whole or not at all and replaces one of that name.
   *
   * @param tensors by name, in any order
   * @throws OctantException if the file cannot be written or would have 2^31 − 8 bytes or more; if
   *     a tensor is quantized or of an 8-bit float type; if a name is {@code __metadata__}
   */
  public static void write(Path file, Map<String, Tensor> tensors) {
    List<Map.Entry<String, Tensor>> entries = ordered(file.toString(), tensors);
    byte[] header = header(file.toString(), entries);
    Path target = file.toAbsolutePath();
    Path unfinished =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        drain(out, header);
        for (Map.Entry<String, Tensor> entry : entries) {
          drain(out, bytes(entry.getValue()));
        }
        out.force(true);
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      delete(unfinished, e);
      throw new OctantException(
          "Cannot write safetensors file: " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The bytes that {@link #write} writes.
   *
   * @param name what to call the file in messages
   * @throws OctantException as {@link #write}
   */
  public static byte[] toBytes(String name, Map<String, Tensor> tensors) {
    List<Map.Entry<String, Tensor>> entries = ordered(name, tensors);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header(name, entries));
    entries.forEach(entry -> out.writeBytes(bytes(entry.getValue())));
    return out.toByteArray();
  }

  private static void drain(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      out.write(rest);
    }
  }

  private static void delete(Path unfinished, IOException cause) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static List<Map.Entry<String, Tensor>> ordered(String file, Map<String, Tensor> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          if (!ORDER.contains(tensor.dtype()) || name.equals(SafetensorsHeader.METADATA)) {
            throw new OctantException(
                "Cannot write tensor "
                    + name
                    + " to "
                    + file
                    + ": "
                    + tensor.description()
                    + ", expected a name other than "
                    + SafetensorsHeader.METADATA
                    + " and one of "
                    + ORDER);
          }
        });
    List<Map.Entry<String, Tensor>> entries = new ArrayList<>(tensors.entrySet());
    entries.sort(
        Comparator.<Map.Entry<String, Tensor>>comparingInt(
                entry -> ORDER.indexOf(entry.getValue().dtype()))
            .thenComparing(
                entry -> entry.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return entries;
  }

  private static byte[] header(String file, List<Map.Entry<String, Tensor>> entries) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject(SafetensorsHeader.METADATA).put("format", "pt");
    long end = 0;
    for (Map.Entry<String, Tensor> named : entries) {
      Tensor t = named.getValue();
      long begin = end;
      end += (long) t.numel() * t.dtype().bytes();
      ObjectNode entry =
          root.putObject(named.getKey()).put("dtype", SafetensorsHeader.name(t.dtype()));
      Arrays.stream(t.shape().toArray()).forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] text;
    try {
      // by way of a string: Jackson's writer of bytes escapes what is beyond two bytes of UTF-16
      text = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new OctantException("Cannot write safetensors file: " + file, e);
    }
    int length =
        (text.length + SafetensorsHeader.ALIGNMENT - 1)
            / SafetensorsHeader.ALIGNMENT
            * SafetensorsHeader.ALIGNMENT;
    if (SafetensorsHeader.LENGTH_BYTES + length + end >= MAX_BYTES) {
      throw new OctantException(
          "Cannot write safetensors file: "
              + file
              + ": "
              + (SafetensorsHeader.LENGTH_BYTES + length + end)
              + " bytes, expected fewer than "
              + MAX_BYTES);
    }
    byte[] out = new byte[SafetensorsHeader.LENGTH_BYTES + length];
    Arrays.fill(out, (byte) ' ');
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
    return out;
  }

  /** Elements in row-major order, little-endian. */
  private static byte[] bytes(Tensor t) {
    ByteBuffer out =
        ByteBuffer.allocate(t.numel() * t.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    switch (t.dtype()) {
      case FLOAT32 -> out.asFloatBuffer().put(t.floats());
      case FLOAT64 -> out.asDoubleBuffer().put(t.doubles());
      case INT64 -> out.asLongBuffer().put(t.longs());
      case INT32 -> out.asIntBuffer().put(t.ints());
      case FLOAT16, BFLOAT16 -> {
        for (float v : t.floats()) {
          out.putShort((short) SmallFloats.encode(t.dtype(), v));
        }
      }
      case INT16, UINT16 -> {
        for (int v : t.ints()) {
          out.putShort((short) v);
        }
      }
      default -> {
        for (int v : t.ints()) {
          out.put((byte) v);
        }
      }
    }
    return out.array();
  }
}
