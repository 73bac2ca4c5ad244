package io.octant.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import org.jspecify.annotations.Nullable;

/**
 * Where an external tensor's bytes are.
 *
 * @param file name within the model's folder
 * @param offset of the first byte
 * @param length number of bytes
 * @param sha1 digest of the whole file in hexadecimal, null if the model does not give it
 */
record ExternalRange(String file, long offset, long length, @Nullable String sha1) {

  /**
   * Reads the entries of a tensor.
   *
   * @throws OnnxException naming the tensor and the entry at fault
   */
  static ExternalRange of(TensorProto tensor) {
    String location = "";
    String sha1 = null;
    long offset = 0;
    long length = OnnxTensors.rawBytes(tensor);
    for (StringStringEntryProto e : tensor.getExternalDataList()) {
      switch (e.getKey()) {
        case "location" -> location = e.getValue();
        case "offset" -> offset = number(tensor, e);
        case "length" -> requireLength(tensor, number(tensor, e), length);
        case "checksum" -> sha1 = e.getValue();
        case "basepath" -> {} // where the exporter wrote it
        default ->
            throw error(
                tensor,
                "entry '" + e.getKey() + "'",
                "location, offset, length, checksum or basepath");
      }
    }
    if (!isInside(location)) {
      throw error(tensor, "file '" + location + "'", "one in the folder of the model");
    }
    return new ExternalRange(location, offset, length, sha1);
  }

  private static long number(TensorProto tensor, StringStringEntryProto entry) {
    try {
      long value = Long.parseLong(entry.getValue());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw error(tensor, entry.getKey() + " '" + entry.getValue() + "'", "a number of bytes");
  }

  private static void requireLength(TensorProto tensor, long found, long wanted) {
    if (found != wanted) {
      throw error(tensor, found + " bytes", wanted + " for its type and shape");
    }
  }

  /** A relative name that stays below the folder, whatever the file system's separators. */
  private static boolean isInside(String name) {
    if (name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.contains(":")) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals("..")) {
        return false;
      }
    }
    return name.chars().noneMatch(Character::isISOControl);
  }

  static OnnxException error(TensorProto tensor, String found, String expected) {
    return new OnnxException(
        "Cannot read external tensor "
            + tensor.getName()
            + ": "
            + found
            + ", expected "
            + expected);
  }
}
