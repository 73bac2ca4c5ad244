package io.octant.nn.intrinsic;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.reference.kernel.Elementwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Modules called one after another, {@code torch.ao.nn.intrinsic.ConvReLU2d} and its siblings (see
 * {@link FusedKind}); children {@code "0"}, {@code "1"}, … as in a Sequential. The parts may be
 * float, reference quantized or observed modules. With {@link FusedKind#addsInput} there is a
 * second input, added after the convolution; the ReLU of {@code ConvAddReLU2d} is the child {@code
 * "relu"}.
 */
public final class FusedModule extends Module {
  private final FusedKind kind;

  /**
   * @param parts as many as {@code kind.parts()}, in the order they are called
   * @throws OctantException if there are more or fewer
   */
  public FusedModule(FusedKind kind, List<? extends Module> parts) {
    if (parts.size() != kind.parts().size()) {
      throw new OctantException(
          "Cannot fuse " + parts + " to " + kind.type() + ", expected " + kind.parts());
    }
    this.kind = kind;
    for (int i = 0; i < parts.size(); i++) {
      setChild(childName(i), parts.get(i));
    }
  }

  private String childName(int part) {
    return kind == FusedKind.CONV_ADD_RELU_2D && part == 1 ? "relu" : String.valueOf(part);
  }

  /** Which sequence this is. */
  public FusedKind kind() {
    return kind;
  }

  /** The part at a position, the weighted one being at 0. */
  public Module part(int index) {
    return module(childName(index));
  }

  /** The parts in the order of their calls, a copy. */
  public List<Module> parts() {
    return List.copyOf(children().values());
  }

  @Override
  public ModuleType type() {
    return kind.type();
  }

  /** One tensor, or two with {@link FusedKind#addsInput}. */
  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    int expected = kind.addsInput() ? 2 : 1;
    if (args.size() != expected || !kwargs.isEmpty()) {
      throw new OctantException(
          "Cannot call " + type() + " on " + args.size() + " inputs, expected " + expected);
    }
    List<Module> parts = new ArrayList<>(parts());
    Object value = parts.remove(0).evaluate(List.of(args.get(0)), Map.of());
    if (kind.addsInput()) {
      value = Elementwise.combine(value, args.get(1), Double::sum, Long::sum);
    }
    for (Module part : parts) {
      value = part.evaluate(List.of(value), Map.of());
    }
    return value;
  }
}
