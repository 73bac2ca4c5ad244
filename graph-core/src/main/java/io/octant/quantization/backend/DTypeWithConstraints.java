package io.octant.quantization.backend;

import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Scalars;
import io.octant.quantization.mapform.Values;
import io.octant.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An element type, and what a backend asks of observers for it; PyTorch's {@code
 * DTypeWithConstraints}.
 *
 * @param dtype the type
 * @param quantMinLowerBound lowest {@code quant_min} that an observer may use
 * @param quantMaxUpperBound highest {@code quant_max} that an observer may use
 * @param scaleMinLowerBound lowest {@code eps} that an observer may have
 * @param scaleMaxUpperBound highest scale; declared by backends, checked only where it is known
 * @param scaleExactMatch scale that fixed parameters must have
 * @param zeroPointExactMatch zero point that fixed parameters must have
 */
public record DTypeWithConstraints(
    DType dtype,
    OptionalLong quantMinLowerBound,
    OptionalLong quantMaxUpperBound,
    OptionalDouble scaleMinLowerBound,
    OptionalDouble scaleMaxUpperBound,
    OptionalDouble scaleExactMatch,
    OptionalLong zeroPointExactMatch) {
  private static final List<String> KEYS =
      List.of(
          "dtype",
          "quant_min_lower_bound",
          "quant_max_upper_bound",
          "scale_min_lower_bound",
          "scale_max_upper_bound",
          "scale_exact_match",
          "zero_point_exact_match");

  /** Any observer of a type will do. */
  public static DTypeWithConstraints of(DType dtype) {
    return new DTypeWithConstraints(
        dtype,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty());
  }

  /** Observers may use integers of this range only, both ends included. */
  public DTypeWithConstraints withRange(long quantMin, long quantMax) {
    return new DTypeWithConstraints(
        dtype,
        OptionalLong.of(quantMin),
        OptionalLong.of(quantMax),
        scaleMinLowerBound,
        scaleMaxUpperBound,
        scaleExactMatch,
        zeroPointExactMatch);
  }

  /** Observers may have no smaller {@code eps}. */
  public DTypeWithConstraints withSmallestScale(double scale) {
    return new DTypeWithConstraints(
        dtype,
        quantMinLowerBound,
        quantMaxUpperBound,
        OptionalDouble.of(scale),
        scaleMaxUpperBound,
        scaleExactMatch,
        zeroPointExactMatch);
  }

  /** Observers must have exactly this scale and zero point. */
  public DTypeWithConstraints withExactQParams(double scale, long zeroPoint) {
    return new DTypeWithConstraints(
        dtype,
        quantMinLowerBound,
        quantMaxUpperBound,
        scaleMinLowerBound,
        scaleMaxUpperBound,
        OptionalDouble.of(scale),
        OptionalLong.of(zeroPoint));
  }

  Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", Map.of("dtype", dtype.torchName()));
    quantMinLowerBound.ifPresent(v -> out.put("quant_min_lower_bound", v));
    quantMaxUpperBound.ifPresent(v -> out.put("quant_max_upper_bound", v));
    scaleMinLowerBound.ifPresent(v -> out.put("scale_min_lower_bound", v));
    scaleMaxUpperBound.ifPresent(v -> out.put("scale_max_upper_bound", v));
    scaleExactMatch.ifPresent(v -> out.put("scale_exact_match", v));
    zeroPointExactMatch.ifPresent(v -> out.put("zero_point_exact_match", v));
    return out;
  }

  /** Reads constraints, or a bare dtype. */
  static DTypeWithConstraints fromMap(Object value) {
    if (!(value instanceof Map<?, ?> map)
        || map.size() == 1 && map.get("dtype") instanceof String) {
      return of(Values.dtype(value));
    }
    MapReader in = MapReader.of("dtype constraints", map, KEYS);
    DTypeWithConstraints out =
        new DTypeWithConstraints(
            in.require("dtype", Values::dtype),
            integer(in, "quant_min_lower_bound"),
            integer(in, "quant_max_upper_bound"),
            number(in, "scale_min_lower_bound"),
            number(in, "scale_max_upper_bound"),
            number(in, "scale_exact_match"),
            integer(in, "zero_point_exact_match"));
    if (out.scaleExactMatch.isPresent() != out.zeroPointExactMatch.isPresent()) {
      throw new ConfigurationException(
          "Cannot read dtype constraints: "
              + map
              + ", expected scale_exact_match and zero_point_exact_match together");
    }
    return out;
  }

  private static OptionalLong integer(MapReader in, String key) {
    @Nullable Integer v = in.value(key, Scalars::integer).orElse(null);
    return v == null ? OptionalLong.empty() : OptionalLong.of(v);
  }

  private static OptionalDouble number(MapReader in, String key) {
    @Nullable Double v = in.number(key).orElse(null);
    return v == null ? OptionalDouble.empty() : OptionalDouble.of(v);
  }
}
