package io.octant.quantization.mapform;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts single values between their typed and their map form. */
public final class Values {
  private Values() {}

  // ---- targets

  public static Map<String, Object> encode(TargetType type) {
    String kind =
        type instanceof ModuleType ? "class" : type instanceof FunctionType ? "function" : "method";
    return Map.of(kind, type.name());
  }

  /**
   * Reads {@code {"class": …}}, {@code {"function": …}} or {@code {"method": …}}; a bare string is
   * a tensor method, as in PyTorch.
   *
   * @throws ConfigurationException if it is none of these
   */
  public static TargetType target(@Nullable Object value) {
    if (value instanceof TargetType t) {
      return t;
    }
    if (value instanceof String method) {
      return new MethodType(method);
    }
    if (value instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      if (only.getValue() instanceof String name) {
        if ("class".equals(only.getKey())) {
          return new ModuleType(name);
        }
        if ("function".equals(only.getKey())) {
          return FunctionType.of(name);
        }
        if ("method".equals(only.getKey())) {
          return new MethodType(name);
        }
      }
    }
    throw new ConfigurationException(
        "Cannot read object type: " + value + ", expected {class}, {function} or {method}");
  }

  // ---- observers

  public static Map<String, Object> encode(ObserverSpec spec) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("ctor", spec.type());
    Map<String, Object> kwargs = new LinkedHashMap<>();
    spec.kwargs().forEach((k, v) -> kwargs.put(k, encodeValue(v)));
    out.put("kwargs", kwargs);
    return out;
  }

  /**
   * Reads {@code {"ctor": …, "kwargs": {…}}}.
   *
   * @throws ConfigurationException if a value in it is malformed
   */
  public static ObserverSpec observer(@Nullable Object value) {
    if (value instanceof ObserverSpec s) {
      return s;
    }
    MapReader in = MapReader.of("observer", value, List.of("ctor", "kwargs"));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    in.map("kwargs").forEach((k, v) -> kwargs.put(String.valueOf(k), decodeValue(v)));
    return new ObserverSpec(String.valueOf(in.require("ctor")), kwargs);
  }

  // ---- plain values

  private static Object encodeValue(Object value) {
    if (value instanceof DType d) {
      return Map.of("dtype", d.torchName());
    }
    if (value instanceof QScheme s) {
      return Map.of("qscheme", s.torchName());
    }
    if (value instanceof ObserverSpec s) {
      return encode(s);
    }
    if (value instanceof Tuple t) {
      return Map.of("tuple", t.items().stream().map(Values::encodeValue).toList());
    }
    if (value instanceof List<?> l) {
      return l.stream().<Object>map(Values::encodeValue).toList();
    }
    return value;
  }

  private static Object decodeValue(@Nullable Object value) {
    if (value == null) {
      return None.NONE;
    }
    if (value instanceof Map<?, ?> map) {
      if (map.containsKey("ctor")) {
        return observer(map);
      }
      if (map.get("dtype") instanceof String name) {
        return DType.of(name);
      }
      if (map.get("qscheme") instanceof String name) {
        return QScheme.of(name);
      }
      if (map.get("float") instanceof String special) {
        return special.equals("nan")
            ? Double.NaN
            : special.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
      if (map.get("tuple") instanceof List<?> items) {
        return new Tuple(decodeAll(items));
      }
      throw new ConfigurationException(
          "Cannot read value: " + map + ", expected one of ctor, dtype, qscheme, float, tuple");
    }
    return value instanceof List<?> l ? decodeAll(l) : value;
  }

  private static List<Object> decodeAll(List<?> items) {
    List<Object> out = new ArrayList<>();
    items.forEach(v -> out.add(decodeValue(v)));
    return out;
  }

  // ---- dtypes

  /** Reads {@code {"dtype": …}} or a bare name. */
  public static DType dtype(@Nullable Object value) {
    Object decoded = value instanceof String s ? DType.of(s) : decodeValue(value);
    if (decoded instanceof DType d) {
      return d;
    }
    throw new ConfigurationException("Cannot read dtype: " + value + ", expected {dtype}");
  }
}
