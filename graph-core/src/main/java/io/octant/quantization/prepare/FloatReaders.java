package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.quantization.observer.ObserverSpec;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What only operators in float read is not quantized where an observer of Octant's practice is
 * asked for: a quantize that is followed by a dequantize costs accuracy and gains nothing.
 * Operators without a weight then stay in float; linear layers and convolutions multiply integers
 * and give floats. With PyTorch's observers everything is quantized that can be, as there. The
 * figures are in {@code docs/adr/0025-float-readers.md}.
 */
final class FloatReaders {
  private static final Set<String> LAYERS =
      Set.of("torch.nn.Linear", "torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d");
  private static final Set<String> NEUTRAL =
      Set.of(
          ObserverSpec.TORCH + "FixedQParamsObserver", ObserverSpec.TORCH + "ReuseInputObserver");

  private final GraphModule model;
  private final Predicate<Node> takesIntegers;

  /**
   * @param takesIntegers whether a node is planned to read integers
   */
  FloatReaders(GraphModule model, Predicate<Node> takesIntegers) {
    this.model = model;
    this.takesIntegers = takesIntegers;
  }

  /**
   * Whether the rule holds for a value that is observed so: by Octant's practice, or by what both
   * practices have in a model where Octant's is in use.
   *
   * @param isOctants whether it is
   */
  static boolean apply(ObserverSpec output, boolean isOctants) {
    return output.isOctants() || isOctants && NEUTRAL.contains(output.type());
  }

  /**
   * The operators that read a value, if all of them compute in float. Empty if one takes integers,
   * or if the value is a result of the graph or nobody reads it.
   */
  Optional<String> of(Node value) {
    Set<String> readers = new TreeSet<>();
    for (Node user : value.users()) {
      if (user.isOutput() || QuantizedAlready.isQuantize(user) || takesIntegers.test(user)) {
        return Optional.empty();
      }
      TargetType type = model.typeOf(user);
      readers.add(type == null ? user.target() : type.name());
    }
    return readers.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", readers));
  }

  /** Whether a match is a layer that can give floats for integers. */
  static boolean givesFloats(GraphModule model, NodeMatch match) {
    TargetType type = model.typeOf(match.root());
    return match.nodes().nodes().size() == 1 && type != null && LAYERS.contains(type.name());
  }
}
