package io.octant.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed ONNX file: the protobuf message with the name of its source, for messages, and the
 * folder that its external tensors live in. Immutable.
 */
public final class OnnxModel {
  /** Newest version of the default operator set that the operator table was written against. */
  public static final int NEWEST_OPSET = 23;

  private final OnnxMl.ModelProto proto;
  private final String source;
  private final String sha256;
  private final @Nullable Path directory;

  private OnnxModel(
      OnnxMl.ModelProto proto, String source, String sha256, @Nullable Path directory) {
    this.proto = proto;
    this.source = source;
    this.sha256 = sha256;
    this.directory = directory;
  }

  /**
   * Reads a model file.
   *
   * @throws OnnxException naming the file, if it is missing, cut short or not ONNX
   */
  public static OnnxModel load(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new OnnxException("Cannot read ONNX model: " + file + ", no such file", e);
    } catch (IOException | OutOfMemoryError e) {
      throw new OnnxException("Cannot read ONNX model: " + file + " (" + e.getMessage() + ")", e);
    }
    return parse(bytes, file.toString(), file.toAbsolutePath().getParent());
  }

  /** Parses the bytes of a model without external tensors; {@code source} is for messages. */
  public static OnnxModel parse(byte[] bytes, String source) {
    return parse(bytes, source, null);
  }

  /**
   * Parses the bytes of a model file.
   *
   * @param source the file's name, for messages
   * @param directory where external tensors are looked up; null refuses them
   * @throws OnnxException naming the source, if the bytes are cut short or not ONNX
   */
  public static OnnxModel parse(byte[] bytes, String source, @Nullable Path directory) {
    OnnxMl.ModelProto proto;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setSizeLimit(Integer.MAX_VALUE);
      proto = OnnxMl.ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new OnnxException(
          "Cannot read ONNX model: "
              + source
              + ", expected an ONNX protobuf file ("
              + e.getMessage()
              + "; the file is of another format or cut short)",
          e);
    }
    return validated(new OnnxModel(proto, source, sha256(bytes), directory));
  }

  /** Wraps a message that is in memory already. */
  public static OnnxModel of(OnnxMl.ModelProto proto, String source) {
    return validated(new OnnxModel(proto, source, sha256(proto.toByteArray()), null));
  }

  private static OnnxModel validated(OnnxModel model) {
    OnnxMl.ModelProto proto = model.proto;
    String missing =
        !proto.hasGraph()
            ? "a graph"
            : proto.getOpsetImportCount() == 0
                ? "an operator set"
                : proto.getGraph().getOutputCount() == 0 ? "a graph output" : "";
    if (!missing.isEmpty()) {
      throw new OnnxException(
          "Cannot read ONNX model: "
              + model.source
              + ", expected an ONNX protobuf file with "
              + missing);
    }
    if (model.opset() > NEWEST_OPSET || model.opset() < 1) {
      throw new OnnxException(
          "Cannot read ONNX model: "
              + model.source
              + " uses operator set "
              + model.opset()
              + ", expected 1 to "
              + NEWEST_OPSET);
    }
    return model;
  }

  public OnnxMl.ModelProto proto() {
    return proto;
  }

  public OnnxMl.GraphProto graph() {
    return proto.getGraph();
  }

  /** File name, for messages. */
  public String source() {
    return source;
  }

  /** Digest of the file's bytes, in lower-case hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** Folder of external tensors; null if the model did not come from a file. */
  public @Nullable Path directory() {
    return directory;
  }

  /** Version of the default operator set; 0 if the model does not import it. */
  public int opset() {
    return opset("");
  }

  /** Version of the operator set of a domain; 0 if the model does not import it. */
  public int opset(String domain) {
    String wanted = domain.equals("ai.onnx") ? "" : domain;
    for (OnnxMl.OperatorSetIdProto o : proto.getOpsetImportList()) {
      String d = o.getDomain().equals("ai.onnx") ? "" : o.getDomain();
      if (d.equals(wanted)) {
        return (int) o.getVersion();
      }
    }
    return 0;
  }

  /** The model's metadata properties, in their order. */
  public Map<String, String> metadata() {
    Map<String, String> out = new LinkedHashMap<>();
    proto.getMetadataPropsList().forEach(p -> out.put(p.getKey(), p.getValue()));
    return out;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return source;
  }
}
