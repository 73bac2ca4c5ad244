package io.octant.tensor;

import io.octant.OctantException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Element types, spelled as PyTorch spells its {@code torch.dtype}s: {@code torch.float32}.
 *
 * <p>The {@code q…} types mark integers that carry quantization parameters; their plain
 * counterparts ({@code int8} for {@code qint8}) do not.
 */
public enum DType {
  FLOAT32("float32", 4, Storage.FLOATS),
  FLOAT64("float64", 8, Storage.DOUBLES),
  /** Stored as floats that were rounded to half precision. */
  FLOAT16("float16", 2, Storage.FLOATS),
  /** Stored as floats that were rounded to bfloat16. */
  BFLOAT16("bfloat16", 2, Storage.FLOATS),
  FLOAT8_E5M2("float8_e5m2", 1, Storage.FLOATS),
  FLOAT8_E4M3FN("float8_e4m3fn", 1, Storage.FLOATS),
  INT64("int64", 8, Storage.LONGS),
  INT32("int32", 4, Storage.INTS),
  INT16("int16", 2, Storage.INTS),
  INT8("int8", 1, Storage.INTS),
  UINT8("uint8", 1, Storage.INTS),
  UINT16("uint16", 2, Storage.INTS),
  BOOL("bool", 1, Storage.INTS),
  QINT8("qint8", 1, Storage.INTS),
  QUINT8("quint8", 1, Storage.INTS),
  QINT32("qint32", 4, Storage.INTS),
  /** Two values to a byte when serialized; one int each in memory. */
  QUINT4X2("quint4x2", 1, Storage.INTS);

  /** The Java array that backs a tensor of a type. */
  public enum Storage {
    FLOATS,
    DOUBLES,
    INTS,
    LONGS
  }

  private static final Map<String, DType> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(DType::torchName, Function.identity()));

  private final String torchName;
  private final int bytes;
  private final Storage storage;

  DType(String name, int bytes, Storage storage) {
    this.torchName = "torch." + name;
    this.bytes = bytes;
    this.storage = storage;
  }

  /** Name with the {@code torch.} prefix. */
  public String torchName() {
    return torchName;
  }

  /** Bytes an element takes when serialized. */
  public int bytes() {
    return bytes;
  }

  /** The kind of Java array that holds elements of this type. */
  public Storage storage() {
    return storage;
  }

  /** Whether this is a float type: of 16, 32 or 64 bits. */
  public boolean isFloatingPoint() {
    return storage == Storage.FLOATS || storage == Storage.DOUBLES;
  }

  /** True for the types whose tensors carry quantization parameters. */
  public boolean isQuantized() {
    return this == QINT8 || this == QUINT8 || this == QINT32 || this == QUINT4X2;
  }

  /** True for integer types with negative values. */
  public boolean isSigned() {
    return this != UINT8 && this != UINT16 && this != BOOL && this != QUINT8 && this != QUINT4X2;
  }

  /**
   * Finds a type by its PyTorch name.
   *
   * @param name with or without the {@code torch.} prefix
   * @throws OctantException if there is none
   */
  public static DType of(String name) {
    DType found = BY_NAME.get(name.startsWith("torch.") ? name : "torch." + name);
    if (found == null) {
      throw new OctantException(
          "Cannot resolve dtype: "
              + name
              + ", expected one of "
              + BY_NAME.keySet().stream().sorted().toList());
    }
    return found;
  }

  @Override
  public String toString() {
    return torchName;
  }
}
