package io.octant.quantization.backend;

import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Values;
import io.octant.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One combination of element types that a pattern can be run with; PyTorch's {@code DTypeConfig}.
 * Empty means "any".
 *
 * @param isDynamic whether inputs are quantized at run time
 */
public record DTypeConfig(
    Optional<DTypeWithConstraints> input,
    Optional<DTypeWithConstraints> output,
    Optional<DTypeWithConstraints> weight,
    Optional<DType> bias,
    boolean isDynamic) {
  private static final List<String> KEYS =
      List.of("input_dtype", "output_dtype", "weight_dtype", "bias_dtype", "is_dynamic");

  /** Quantized inputs and outputs without a weight. */
  public static DTypeConfig ofActivations(DType inputAndOutput) {
    DTypeWithConstraints d = DTypeWithConstraints.of(inputAndOutput);
    return new DTypeConfig(
        Optional.of(d), Optional.of(d), Optional.empty(), Optional.empty(), false);
  }

  /** Static quantization of an operator with a weight and a float bias. */
  public static DTypeConfig ofWeighted(DType inputAndOutput, DType weight) {
    DTypeWithConstraints d = DTypeWithConstraints.of(inputAndOutput);
    return new DTypeConfig(
        Optional.of(d),
        Optional.of(d),
        Optional.of(DTypeWithConstraints.of(weight)),
        Optional.of(DType.FLOAT32),
        false);
  }

  /** The map form; parts that are not set are left out. */
  public Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    input.ifPresent(d -> out.put("input_dtype", d.toMap()));
    output.ifPresent(d -> out.put("output_dtype", d.toMap()));
    weight.ifPresent(d -> out.put("weight_dtype", d.toMap()));
    bias.ifPresent(d -> out.put("bias_dtype", Map.of("dtype", d.torchName())));
    if (isDynamic) {
      out.put("is_dynamic", true);
    }
    return out;
  }

  /**
   * Reads the map form.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static DTypeConfig fromMap(@Nullable Object map) {
    if (map instanceof DTypeConfig d) {
      return d;
    }
    MapReader in = MapReader.of("dtype config", map, KEYS);
    return new DTypeConfig(
        in.value("input_dtype", DTypeWithConstraints::fromMap),
        in.value("output_dtype", DTypeWithConstraints::fromMap),
        in.value("weight_dtype", DTypeWithConstraints::fromMap),
        in.value("bias_dtype", Values::dtype),
        in.flag("is_dynamic"));
  }
}
