package io.octant.quantization.mapform;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts single values between their typed and their map form.
 *
 * <p>No PyTorch counterpart: there, the dicts of {@code to_dict} hold objects.
 */
public final class Values {
  private Values() {}

  // ---- targets

  /** A type as a map of one entry: its kind, class, function or method, and its name. */
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

  /**
   * Reads a module class: {@code {"class": …}} or a bare name.
   *
   * @throws ConfigurationException if it is none
   */
  public static ModuleType moduleType(@Nullable Object value) {
    if (value instanceof String name) {
      return new ModuleType(name);
    }
    if (value instanceof Map<?, ?> map
        && map.size() == 1
        && map.get("class") instanceof String name) {
      return new ModuleType(name);
    }
    throw new ConfigurationException(
        "Cannot read module class: " + value + ", expected {class} or a name");
  }

  // ---- observers

  /** A spec as a map of {@code ctor}, its type, and {@code kwargs}. */
  public static Map<String, Object> encode(ObserverSpec spec) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("ctor", spec.type());
    Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
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
    if (value instanceof ActivationPostProcess made) {
      throw new ConfigurationException(
          "Cannot read observer: an instance of "
              + made.type().name()
              + ", expected its class: {ctor, kwargs}");
    }
    MapReader in = MapReader.of("observer", value, List.of("ctor", "kwargs"));
    return new ObserverSpec(
        in.require("ctor", Scalars::text), in.value("kwargs", Values::kwargs).orElse(Map.of()));
  }

  private static Map<String, Object> kwargs(Object value) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (!(value instanceof Map<?, ?> map)) {
      throw new ConfigurationException(value + ", expected a map of keywords");
    }
    map.forEach((k, v) -> out.put(Scalars.text(k), decodeValue(v)));
    return out;
  }

  // ---- plain values

  private static @Nullable Object encodeValue(Object value) {
    if (value == None.NONE) {
      return null;
    }
    if (value instanceof Double d && !Double.isFinite(d)) {
      return Map.of("float", d.isNaN() ? "nan" : d > 0 ? "inf" : "-inf");
    }
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
      return Map.of("tuple", encodeAll(t.items()));
    }
    return value instanceof List<?> l ? encodeAll(l) : value;
  }

  private static List<@Nullable Object> encodeAll(List<?> items) {
    List<@Nullable Object> out = new ArrayList<>();
    items.forEach(v -> out.add(encodeValue(v)));
    return out;
  }

  private static Object decodeValue(@Nullable Object value) {
    if (value == null) {
      return None.NONE;
    }
    if (value instanceof Map<?, ?> map) {
      return map.containsKey("ctor") ? observer(map) : decodeTagged(map);
    }
    return value instanceof List<?> l ? decodeAll(l) : value;
  }

  /** An object with one key that says what its value is. */
  private static Object decodeTagged(Map<?, ?> map) {
    if (map.size() == 1) {
      if (map.get("dtype") instanceof String name) {
        return DType.of(name);
      }
      if (map.get("qscheme") instanceof String name) {
        return QScheme.of(name);
      }
      if (map.get("float") instanceof String name) {
        return special(name);
      }
      if (map.get("tuple") instanceof List<?> items) {
        return new Tuple(decodeAll(items));
      }
    }
    throw new ConfigurationException(
        "Cannot read value: " + map + ", expected one of ctor, dtype, qscheme, float, tuple");
  }

  private static double special(String name) {
    return switch (name) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default ->
          throw new ConfigurationException(
              "Cannot read float: " + name + ", expected nan, inf or -inf");
    };
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
