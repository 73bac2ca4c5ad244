package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operators that ONNX itself defines by other operators. Bodies that are the same for every
 * node are read from {@code functions.txt}, which {@code dev/onnx-functions.py} writes; those that
 * depend on the node are written here.
 */
public final class StandardFunctions {
  private static final Map<String, TreeMap<Integer, FunctionProto>> FIXED = read();

  /** Those whose bodies depend on the node. */
  private static final Map<String, Function<FunctionCall, FunctionProto>> WRITTEN =
      Map.of("LayerNormalization", NormalizationFunctions::layer);

  private StandardFunctions() {}

  /** Whether an operator of the default domain has a body here. */
  public static boolean has(String type) {
    return WRITTEN.containsKey(type) || FIXED.containsKey(type);
  }

  /**
   * The body of a node's operator; null if ONNX has none, or none that is known here.
   *
   * @throws io.octant.onnx.OnnxException naming the node, if it does not fit its operator
   */
  public static @Nullable FunctionProto find(FunctionCall call) {
    String type = call.node().opType();
    Function<FunctionCall, FunctionProto> written = WRITTEN.get(type);
    return written == null ? fixed(type, call.node().opset()) : written.apply(call);
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
