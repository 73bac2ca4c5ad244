package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.graph.Ellipsis;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Results of PyTorch recorded by the Python scripts beside the JSON files in {@code
 * src/test/resources/torch}.
 */
public final class TorchFixtures {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  private final JsonNode document;

  private TorchFixtures(JsonNode document) {
    this.document = document;
  }

  public static TorchFixtures load(String name) {
    try (InputStream in = TorchFixtures.class.getResourceAsStream("/torch/" + name)) {
      return new TorchFixtures(JSON.readTree(Objects.requireNonNull(in, name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<JsonNode> cases() {
    List<JsonNode> out = new ArrayList<>();
    document.get("cases").forEach(out::add);
    return out;
  }

  /** Decodes a value. */
  public Object value(JsonNode json) {
    if (json.isNull()) {
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
    return json.isArray() ? list(json) : tagged(json);
  }

  public List<Object> list(JsonNode json) {
    List<Object> out = new ArrayList<>();
    json.forEach(item -> out.add(value(item)));
    return out;
  }

  /** Decodes the values of an object; a missing one is an empty map. */
  public Map<String, Object> map(JsonNode json) {
    Map<String, Object> out = new LinkedHashMap<>();
    json.fields().forEachRemaining(e -> out.put(e.getKey(), value(e.getValue())));
    return out;
  }

  /** Decodes an object of tensors. */
  public Map<String, Tensor> tensors(JsonNode json) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    map(json).forEach((name, t) -> out.put(name, (Tensor) t));
    return out;
  }

  private Object tagged(JsonNode json) {
    String tag = json.fieldNames().next();
    JsonNode v = json.get(tag);
    return switch (tag) {
      case "tensor" -> tensor(document.get("tensors").get(v.asInt()));
      case "tuple" -> new Tuple(list(v));
      case "size" -> Shape.of(list(v).stream().mapToInt(d -> ((Long) d).intValue()).toArray());
      case "slice" -> new Slice(value(v.get(0)), value(v.get(1)), value(v.get(2)));
      case "ellipsis" -> Ellipsis.ELLIPSIS;
      case "type" -> DType.of(v.asText());
      case "float" -> number(json);
      case "dict" -> {
        Map<Object, Object> out = new LinkedHashMap<>();
        v.forEach(pair -> out.put(value(pair.get(0)), value(pair.get(1))));
        yield out;
      }
      default -> throw new IllegalArgumentException("unknown tag " + tag);
    };
  }

  private static double number(JsonNode json) {
    if (!json.isObject()) {
      return json.doubleValue();
    }
    return switch (json.get("float").asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  private static Tensor tensor(JsonNode json) {
    DType dtype = DType.of(json.get("dtype").asText());
    JsonNode data = json.get("data");
    int[] dims = new int[json.get("shape").size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = json.get("shape").get(i).asInt();
    }
    Shape shape = Shape.of(dims);
    int n = data.size();
    switch (dtype.storage()) {
      case FLOATS:
        float[] floats = new float[n];
        for (int i = 0; i < n; i++) {
          floats[i] = (float) number(data.get(i));
        }
        return Tensor.of(dtype, shape, floats);
      case DOUBLES:
        double[] doubles = new double[n];
        for (int i = 0; i < n; i++) {
          doubles[i] = number(data.get(i));
        }
        return Tensor.of(dtype, shape, doubles);
      case LONGS:
        long[] longs = new long[n];
        for (int i = 0; i < n; i++) {
          longs[i] = data.get(i).asLong();
        }
        return Tensor.of(dtype, shape, longs);
      default:
        int[] ints = new int[n];
        for (int i = 0; i < n; i++) {
          ints[i] =
              data.get(i).isBoolean() ? (data.get(i).asBoolean() ? 1 : 0) : data.get(i).asInt();
        }
        return json.has("scale")
            ? Tensor.quantized(
                dtype,
                shape,
                ints,
                QParams.perTensor(json.get("scale").asDouble(), json.get("zero_point").asLong()))
            : Tensor.of(dtype, shape, ints);
    }
  }

  /**
   * Asserts that a result is the recorded one: structure, types, shapes, integers and qparams
   * exactly, floats within 1e-5 of the largest value of their tensor.
   */
  public static void assertSame(Object actual, Object expected) {
    if (expected instanceof Tensor e) {
      assertThat(actual).isInstanceOf(Tensor.class);
      assertSameTensor((Tensor) actual, e);
    } else if (expected instanceof Tuple e) {
      assertThat(actual).isInstanceOf(Tuple.class);
      assertSame(((Tuple) actual).items(), e.items());
    } else if (expected instanceof List<?> e) {
      assertThat(actual).isInstanceOf(List.class);
      List<?> a = (List<?>) actual;
      assertThat(a).hasSize(e.size());
      for (int i = 0; i < e.size(); i++) {
        assertSame(a.get(i), e.get(i));
      }
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  /**
   * Asserts that a tensor is the recorded one: type, shape, parameters and every element exactly; a
   * zero of either sign is a zero.
   */
  public static void assertIdentical(String what, Tensor actual, Tensor expected) {
    assertThat(actual.description()).as(what).isEqualTo(expected.description());
    assertThat(elements(actual)).as(what).isEqualTo(elements(expected));
  }

  private static List<Double> elements(Tensor t) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < t.numel(); i++) {
      out.add(t.doubleAt(i) + 0.0);
    }
    return out;
  }

  private static void assertSameTensor(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    if (!expected.dtype().isFloatingPoint()) {
      assertThat(actual).isEqualTo(expected);
      for (int i = 0; i < expected.numel(); i++) {
        assertThat(actual.longAt(i)).as("element %d", i).isEqualTo(expected.longAt(i));
      }
      return;
    }
    double largest = 0;
    for (int i = 0; i < expected.numel(); i++) {
      double e = Math.abs(expected.doubleAt(i));
      largest = Double.isFinite(e) ? Math.max(largest, e) : largest;
    }
    for (int i = 0; i < expected.numel(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      if (Double.isFinite(e)) {
        assertThat(a).as("element %d", i).isBetween(e - 1e-5 * largest, e + 1e-5 * largest);
      } else {
        assertThat(Double.valueOf(a)).as("element %d", i).isEqualTo(Double.valueOf(e));
      }
    }
  }
}
