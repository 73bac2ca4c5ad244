package io.octant.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.octant.bytes.Digest;
import io.octant.bytes.Hash;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parsed ONNX file: the protobuf message, external tensors brought in, with the name of its
 * source, for messages. Immutable.
 */
public final class OnnxModel {
  /** Newest version of the default operator set that the operator table was written against. */
  public static final int NEWEST_OPSET = 28;

  private final OnnxMl.ModelProto proto;
  private final String source;
  private final String sha256;

  private OnnxModel(OnnxMl.ModelProto proto, String source, String sha256) {
    this.proto = proto;
    this.source = source;
    this.sha256 = sha256;
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
    return parse(bytes, file.toString(), folderOf(file));
  }

  /** The folder of a model file. */
  private static @Nullable ModelFolder folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? null : ModelFolder.local(folder);
  }

  /**
   * Parses the bytes of a model without external tensors, which must not be written afterwards;
   * {@code source} is for messages.
   */
  public static OnnxModel parse(byte[] bytes, String source) {
    return parse(bytes, source, null);
  }

  /**
   * Parses the bytes of a model file, which are not copied and must not be written afterwards.
   *
   * @param source the file's name, for messages
   * @param folder where external tensors are read from, at once; null refuses them
   * @throws OnnxException naming the source, if the bytes are cut short or not ONNX, or an external
   *     tensor cannot be read
   */
  public static OnnxModel parse(byte[] bytes, String source, @Nullable ModelFolder folder) {
    OnnxMl.ModelProto proto = message(bytes, source);
    OnnxMl.ModelProto whole = embedded(proto, source, folder);
    return validated(
        new OnnxModel(whole, source, whole == proto ? Digest.of(bytes).hex() : sha256(whole)));
  }

  /**
   * The bytes of a model that needs no other file: those given, if it has no external tensors.
   *
   * @throws OnnxException as {@link #parse}
   */
  public static byte[] whole(byte[] bytes, String source, ModelFolder folder) {
    OnnxMl.ModelProto proto = message(bytes, source);
    OnnxMl.ModelProto whole = embedded(proto, source, folder);
    return whole == proto ? bytes : whole.toByteArray();
  }

  private static OnnxMl.ModelProto message(byte[] bytes, String source) {
    try {
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.setSizeLimit(Integer.MAX_VALUE);
      in.enableAliasing(true); // the message's tensors are parts of the file's bytes, not copies
      return OnnxMl.ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new OnnxException(
          "Cannot read ONNX model: "
              + source
              + ", expected an ONNX protobuf file ("
              + e.getMessage()
              + "; the file is of another format or cut short)",
          e);
    }
  }

  private static OnnxMl.ModelProto embedded(
      OnnxMl.ModelProto proto, String source, @Nullable ModelFolder folder) {
    if (folder == null) {
      return proto;
    }
    try {
      return ExternalTensors.embed(proto, folder);
    } catch (OnnxException e) {
      throw new OnnxException(e.getMessage() + ", in " + source, e);
    }
  }

  /** Wraps a message that is in memory already. */
  public static OnnxModel of(OnnxMl.ModelProto proto, String source) {
    return validated(new OnnxModel(proto, source, sha256(proto)));
  }

  /** This model under the same name and digest with a message that computes the same. */
  public OnnxModel rewritten(OnnxMl.ModelProto message) {
    return message == proto ? this : new OnnxModel(message, source, sha256);
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

  /** The message; tensors of external files are embedded in it. */
  public OnnxMl.ModelProto proto() {
    return proto;
  }

  /** The bytes of a file of this model. */
  public byte[] toBytes() {
    return proto.toByteArray();
  }

  /** The message's main graph. */
  public OnnxMl.GraphProto graph() {
    return proto.getGraph();
  }

  /** File name, for messages. */
  public String source() {
    return source;
  }

  /**
   * Digest of the file's bytes, in lower-case hexadecimal; of a model with external tensors that of
   * {@link #whole}, which has them.
   */
  public String sha256() {
    return sha256;
  }

  /** The first axes that the file leaves open, as import options name them: {@code input:0}. */
  public List<String> openBatches() {
    Set<String> constants = new HashSet<>();
    graph().getInitializerList().forEach(t -> constants.add(t.getName()));
    List<String> out = new ArrayList<>();
    for (OnnxMl.ValueInfoProto v : graph().getInputList()) {
      OnnxMl.TensorShapeProto shape = v.getType().getTensorType().getShape();
      boolean open = shape.getDimCount() > 0 && shape.getDim(0).getDimValue() == 0;
      if (open && !constants.contains(v.getName())) {
        out.add(v.getName() + ":0");
      }
    }
    return out;
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

  /** Without the message's bytes in one array. */
  private static String sha256(OnnxMl.ModelProto proto) {
    Hash hash = Hash.sha256();
    try (OutputStream out = hash.asOutput()) {
      proto.writeTo(out);
    } catch (IOException e) {
      throw new AssertionError("writing to nothing cannot fail", e);
    }
    return hash.hex();
  }

  @Override
  public String toString() {
    return source;
  }
}
