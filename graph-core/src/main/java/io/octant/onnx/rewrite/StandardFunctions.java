package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.TextFormat;
import io.octant.onnx.OnnxNode;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operators that ONNX itself defines by other operators, and those of ONNX Runtime's domain
 * that are written here. Bodies that are the same for every node are read from {@code
 * functions.txt}, which {@code dev/onnx-functions.py} writes; those that depend on the node are
 * written here.
 */
public final class StandardFunctions {
  private static final String MICROSOFT = "com.microsoft:";
  private static final String LEARNING = "ai.onnx.ml:";
  private static final Map<String, TreeMap<Integer, FunctionProto>> FIXED = read();

  /**
   * Those whose bodies depend on the node, by name, with {@code domain:} but in the default one.
   */
  private static final Map<String, Function<FunctionCall, FunctionProto>> WRITTEN = written();

  private StandardFunctions() {}

  private static Map<String, Function<FunctionCall, FunctionProto>> written() {
    Map<String, Function<FunctionCall, FunctionProto>> out = new HashMap<>();
    out.put("LayerNormalization", NormalizationFunctions::layer);
    out.putAll(QuantizedFunctions.standard());
    QuantizedFunctions.microsoft().forEach((type, body) -> out.put(MICROSOFT + type, body));
    TransformerFunctions.all().forEach((type, body) -> out.put(MICROSOFT + type, body));
    FusedFunctions.all().forEach((type, body) -> out.put(MICROSOFT + type, body));
    LearningFunctions.all().forEach((type, body) -> out.put(LEARNING + type, body));
    return Map.copyOf(out);
  }

  /** Whether an operator has a body here. */
  public static boolean has(String domain, String type) {
    String name = domain.isEmpty() ? type : domain + ":" + type;
    return WRITTEN.containsKey(name) || FIXED.containsKey(name);
  }

  /** The operators of other domains that have a body here, {@code domain:Type}, sorted. */
  public static List<String> others() {
    return WRITTEN.keySet().stream().filter(name -> name.contains(":")).sorted().toList();
  }

  /**
   * The body of a node's operator; null if ONNX has none, or none that is known here.
   *
   * @throws io.octant.onnx.OnnxException naming the node, if it does not fit its operator
   */
  public static @Nullable FunctionProto find(FunctionCall call) {
    OnnxNode node = call.node();
    String type = node.domain().isEmpty() ? node.opType() : node.domain() + ":" + node.opType();
    Function<FunctionCall, FunctionProto> written = WRITTEN.get(type);
    return written == null ? fixed(type, node.opset()) : complete(call, written.apply(call));
  }

  /** Refuses what a body has not looked at: it could have changed the result. */
  private static FunctionProto complete(FunctionCall call, FunctionProto body) {
    OnnxNode node = call.node();
    for (String attribute : node.unread()) {
      throw node.error(
          "attribute " + node.describe(attribute) + " is not supported here, expected none");
    }
    Set<String> read = new HashSet<>();
    body.getNodeList().forEach(n -> read.addAll(n.getInputList()));
    for (int i = 0; i < node.inputs().size(); i++) {
      if (call.has(i) && !(i < body.getInputCount() && read.contains(body.getInput(i)))) {
        throw node.error(
            "input " + i + " '" + node.inputs().get(i) + "' is not supported here, expected none");
      }
    }
    return body;
  }

  private static @Nullable FunctionProto fixed(String type, int opset) {
    TreeMap<Integer, FunctionProto> versions = FIXED.get(type);
    Map.Entry<Integer, FunctionProto> entry = versions == null ? null : versions.floorEntry(opset);
    return entry == null ? null : entry.getValue();
  }

  private static Map<String, TreeMap<Integer, FunctionProto>> read() {
    ModelProto.Builder all = ModelProto.newBuilder();
    try (var stream = StandardFunctions.class.getResourceAsStream("functions.txt")) {
      if (stream == null) {
        throw new IllegalStateException("Cannot find functions.txt beside StandardFunctions");
      }
      TextFormat.merge(new InputStreamReader(stream, StandardCharsets.UTF_8), all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, TreeMap<Integer, FunctionProto>> out = new HashMap<>();
    for (FunctionProto f : all.getFunctionsList()) {
      out.computeIfAbsent(f.getName(), n -> new TreeMap<>())
          .put(Integer.parseInt(f.getOverload()), f);
    }
    return out;
  }
}
