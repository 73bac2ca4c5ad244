package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.graph.Ellipsis;
import io.octant.graph.FunctionType;
import io.octant.graph.MemoryFormat;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.safetensors.SafetensorsFile;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Decodes the values of a conformance document into Octant's value universe (see {@link
 * io.octant.graph.Arguments}).
 */
public final class GoldenValues {
  /** A reference to a graph node, before the graph exists or for comparing by name. */
  record NodeRef(String name) {
    @Override
    public String toString() {
      return "%" + name;
    }
  }

  private final Path file;
  private final SafetensorsFile tensors;

  GoldenValues(Path file, SafetensorsFile tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  public Tensor tensor(String name) {
    if (tensors == null) {
      throw new OctantException(
          "Cannot find tensor: " + name + ", expected a tensor file beside " + file);
    }
    return tensors.tensor(name);
  }

  boolean hasTensor(String name) {
    return tensors != null && tensors.contains(name);
  }

  /** Decodes a value; nodes become {@link NodeRef}s. */
  public Object decode(JsonNode json) {
    return decode(json, NodeRef::new);
  }

  Object decode(JsonNode json, Function<String, ?> node) {
    if (json.isNull() || json.isMissingNode()) {
      return None.NONE;
    }
    if (json.isBoolean()) {
      return json.booleanValue();
    }
    if (json.isIntegralNumber()) {
      return json.longValue();
    }
    if (json.isNumber()) {
      return json.doubleValue();
    }
    if (json.isTextual()) {
      return json.textValue();
    }
    if (json.isArray()) {
      return list(json, node);
    }
    return object(json, node);
  }

  private List<Object> list(JsonNode json, Function<String, ?> node) {
    List<Object> out = new ArrayList<>();
    json.forEach(item -> out.add(decode(item, node)));
    return List.copyOf(out);
  }

  private Object object(JsonNode json, Function<String, ?> node) {
    if (json.has("int_repr") || json.has("int_repr_packed")) {
      return quantized(json);
    }
    if (json.has("ctor")) {
      throw new OctantException(
          "Cannot decode " + json + " of " + file + " as a value, expected no factory here");
    }
    String key = json.fieldNames().next();
    JsonNode value = json.get(key);
    return switch (key) {
      case "node" -> node.apply(value.asText());
      case "tensor" -> tensor(value.asText());
      case "qtensor" -> quantized(value);
      case "tuple" -> new Tuple(list(value, node));
      case "dict" -> dict(value, node);
      case "slice" ->
          new Slice(
              decode(value.get(0), node), decode(value.get(1), node), decode(value.get(2), node));
      case "ellipsis" -> Ellipsis.ELLIPSIS;
      case "float" -> specialFloat(value.asText());
      case "dtype" -> DType.of(value.asText());
      case "qscheme" -> QScheme.of(value.asText());
      case "memory_format" -> new MemoryFormat(value.asText());
      case "device" -> value.asText();
      case "class" -> new ModuleType(value.asText());
      case "function" -> FunctionType.of(value.asText());
      case "method" -> new MethodType(value.asText());
      default ->
          throw new OctantException(
              "Cannot decode value " + json + " of " + file + ": unknown kind " + key);
    };
  }

  private Map<Object, Object> dict(JsonNode pairs, Function<String, ?> node) {
    Map<Object, Object> out = new LinkedHashMap<>();
    pairs.forEach(pair -> out.put(decode(pair.get(0), node), decode(pair.get(1), node)));
    return out;
  }

  private static double specialFloat(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default ->
          throw new OctantException("Cannot decode float: " + text + ", expected inf, -inf or nan");
    };
  }

  /** A quantized tensor from its fields. */
  Tensor quantized(JsonNode json) {
    DType dtype = DType.of(json.get("dtype").asText());
    int[] dims = new int[json.get("shape").size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = json.get("shape").get(i).asInt();
    }
    Shape shape = Shape.of(dims);
    int[] ints =
        json.has("int_repr_packed")
            ? unpackNibbles(tensor(json.get("int_repr_packed").asText()).ints(), shape.numel())
            : tensor(json.get("int_repr").asText()).ints();
    return Tensor.quantized(dtype, shape, ints, qparams(json));
  }

  private QParams qparams(JsonNode json) {
    if (json.has("scale")) {
      return QParams.perTensor(json.get("scale").asDouble(), json.get("zero_point").asLong());
    }
    QScheme scheme = QScheme.of(json.get("qscheme").asText());
    return QParams.perChannel(
        scheme,
        doubles(tensor(json.get("scales").asText())),
        doubles(tensor(json.get("zero_points").asText())),
        json.get("axis").asInt());
  }

  /** Two 4-bit values a byte over all of a tensor, the first in the low bits; flat. */
  static Tensor packNibbles(int[] values) {
    int[] out = new int[(values.length + 1) / 2];
    for (int i = 0; i < values.length; i++) {
      out[i / 2] |= (values[i] & 0xf) << 4 * (i % 2);
    }
    return Tensor.of(DType.UINT8, Shape.of(out.length), out);
  }

  private static int[] unpackNibbles(int[] packed, int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = packed[i / 2] >> 4 * (i % 2) & 0xf;
    }
    return out;
  }

  /** All elements as doubles. */
  static double[] doubles(Tensor t) {
    double[] out = new double[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = t.doubleAt(i);
    }
    return out;
  }
}
