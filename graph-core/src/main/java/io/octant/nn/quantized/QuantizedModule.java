package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.reference.quantized.PackedWeight;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A module that works with integer weights or on quantized tensors. */
public abstract class QuantizedModule extends Module {
  private final ModuleType type;

  /** A module of the given type; names are PyTorch's, with the package. */
  protected QuantizedModule(String torchName) {
    this.type = new ModuleType(torchName);
  }

  @Override
  public final ModuleType type() {
    return type;
  }

  /**
   * Integer weights and their float biases: {@code weight} and {@code bias}, each a tensor, {@link
   * None}, or a dictionary by parameter name for recurrent modules. Weights of half precision are
   * given in float32. Empty if there are none.
   */
  public Map<String, Object> quantizedState() {
    return Map.of();
  }

  @Override
  protected boolean hasPackedState() {
    return super.hasPackedState() || !quantizedState().isEmpty();
  }

  /** The state of a module with one weight. */
  protected static Map<String, Object> quantizedState(PackedWeight packed) {
    Map<String, Object> out = new LinkedHashMap<>();
    Tensor bias = packed.bias();
    out.put("weight", packed.unpackedWeight());
    out.put("bias", bias == null ? None.NONE : bias);
    return out;
  }

  /** The quantized tensors that a call passes, checked for their number. */
  protected final List<Tensor> quantizedInputs(
      List<Object> args, Map<String, Object> kwargs, int count) {
    if (args.size() != count || !kwargs.isEmpty()) {
      throw new OctantException(
          "Cannot call "
              + type
              + " on "
              + args.size()
              + " positional and "
              + kwargs.size()
              + " keyword arguments, expected "
              + count
              + " tensors");
    }
    return args.stream().map(this::quantizedTensor).toList();
  }

  private Tensor quantizedTensor(Object value) {
    if (value instanceof Tensor t && t.isQuantized()) {
      return t;
    }
    throw new OctantException(
        "Cannot call " + type + " on " + value + ", expected a quantized tensor");
  }
}
