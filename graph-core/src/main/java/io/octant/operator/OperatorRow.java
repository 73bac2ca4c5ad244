package io.octant.operator;

import io.octant.OctantException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an operator besides its code. Kernels, imports and lowerings register under its
 * name.
 *
 * @param name unique, PyTorch's own without package where it can be
 * @param family the file of the table that tells it
 * @param doc one sentence: what it computes
 * @param calls parameter lists with the names of functions and methods; none if only modules have
 *     it
 * @param inplace methods that PyTorch also has with a trailing underscore
 * @param modules types of {@code torch.nn}, without package
 * @param settings of the modules, in PyTorch's order, by the names of the function's parameters;
 *     null where a module is more than that function of its input
 * @param fused types of {@code torch.ao.nn} that contain it, without package
 * @param operands which tensors it takes
 * @param floatParameter the parameter that {@link OperandRule#FLOAT} is about, null for the first
 * @param samples where it leaves the samples of a batch
 * @param shape how its result's shape follows
 * @param quantized how quantized tensors pass
 * @param real of a quantized operator, the row that computes between dequantize and quantize; null
 *     if it has arithmetic of its own, or is none
 * @param onnx ONNX operators that are imported as it, {@code domain:Type} outside the default
 *     domain
 */
public record OperatorRow(
    String name,
    String family,
    String doc,
    List<CallForm> calls,
    List<String> inplace,
    List<String> modules,
    @Nullable List<String> settings,
    List<String> fused,
    Set<OperandRule> operands,
    @Nullable String floatParameter,
    SampleRule samples,
    ShapeRule shape,
    QuantizedForm quantized,
    @Nullable String real,
    List<String> onnx) {

  /**
   * The parameter list of a name; a method in place has that of the method.
   *
   * @throws OctantException if the row has no such name
   */
  public CallForm call(String name) {
    String plain = inplace.contains(name) ? name.substring(0, name.length() - 1) : name;
    return calls.stream()
        .filter(c -> c.names().contains(plain))
        .findFirst()
        .orElseThrow(
            () ->
                new OctantException(
                    "Cannot find "
                        + name
                        + " in row "
                        + this.name
                        + ", expected one of its names"));
  }

  /** Every function and method that it goes by. */
  public Stream<String> names() {
    return Stream.concat(calls.stream().flatMap(c -> c.names().stream()), inplace.stream());
  }
}
