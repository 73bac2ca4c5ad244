package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The signature of one version of a standard operator, as ONNX defines it. Read from {@code
 * schemas.txt}, which {@code dev/onnx-schemas.py} writes.
 *
 * @param since the version of the operator set that brought it
 * @param attributes names of the attributes that this version has
 */
record OnnxSchema(
    String type, int since, int minInputs, int maxInputs, int maxOutputs, Set<String> attributes) {
  /** What ONNX Runtime's optimizer writes into the default domain, whatever its version. */
  private static final List<String> ONNX_RUNTIME =
      List.of(
          "LayerNormalization 1 2 3 3 axis: epsilon: stash_type:",
          "SimplifiedLayerNormalization 1 2 2 2 axis: epsilon: stash_type:");

  private static final Map<String, TreeMap<Integer, OnnxSchema>> ALL = read();

  /** The version in force at an operator set; null if ONNX had no such operator then. */
  static @Nullable OnnxSchema find(String type, int opset) {
    TreeMap<Integer, OnnxSchema> versions = ALL.get(type);
    Map.Entry<Integer, OnnxSchema> entry = versions == null ? null : versions.floorEntry(opset);
    return entry == null ? null : entry.getValue();
  }

  /** The oldest version of an operator; null if there is none of this name. */
  static @Nullable Integer oldest(String type) {
    TreeMap<Integer, OnnxSchema> versions = ALL.get(type);
    return versions == null ? null : versions.firstKey();
  }

  /**
   * Requires that the operators of a function's body, written for a version of the operator set of
   * its own, are the same at a node's.
   *
   * @throws io.octant.onnx.OnnxException naming the node and the operator that is not
   */
  static void requireSame(OnnxNode node, FunctionProto body) {
    int written = (int) body.getOpsetImport(0).getVersion();
    for (NodeProto n : body.getNodeList()) {
      OnnxSchema there = find(n.getOpType(), written);
      OnnxSchema here = find(n.getOpType(), node.opset());
      boolean same =
          there == null
              ? here == null
              : here != null
                  && there.minInputs == here.minInputs
                  && there.maxInputs == here.maxInputs
                  && there.attributes.equals(here.attributes);
      if (!same && node.opset() < written) {
        throw node.error(
            "its function uses "
                + n.getOpType()
                + " of operator set "
                + written
                + ", expected a model of this one or later");
      }
    }
  }

  private static Map<String, TreeMap<Integer, OnnxSchema>> read() {
    Map<String, TreeMap<Integer, OnnxSchema>> out = new HashMap<>();
    try (var stream = OnnxSchema.class.getResourceAsStream("schemas.txt")) {
      if (stream == null) {
        throw new IllegalStateException("Cannot find schemas.txt beside " + OnnxSchema.class);
      }
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        OnnxSchema schema = parse(line);
        out.computeIfAbsent(schema.type(), t -> new TreeMap<>()).put(schema.since(), schema);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ONNX_RUNTIME.forEach(
        line -> {
          OnnxSchema schema = parse(line);
          out.computeIfAbsent(schema.type(), t -> new TreeMap<>()).put(schema.since(), schema);
        });
    return out;
  }

  private static OnnxSchema parse(String line) {
    List<String> parts = new ArrayList<>(Arrays.asList(line.split(" ")));
    Set<String> attributes = new TreeSet<>();
    parts.subList(5, parts.size()).forEach(a -> attributes.add(a.substring(0, a.indexOf(':'))));
    return new OnnxSchema(
        parts.get(0),
        Integer.parseInt(parts.get(1)),
        count(parts.get(2)),
        count(parts.get(3)),
        count(parts.get(4)),
        attributes);
  }

  private static int count(String text) {
    return text.equals("many") ? OperatorSpec.VARIADIC : Integer.parseInt(text);
  }
}
