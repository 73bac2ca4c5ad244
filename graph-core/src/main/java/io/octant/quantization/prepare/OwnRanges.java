package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.QConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operators that FX has share one observer between input and output although their values have
 * different ranges: averages, and arithmetic with a number (times 1/8 leaves 32 of 256 levels).
 * Where an observer of Octant's practice is asked for, averages get one of their own and arithmetic
 * with a number stays in float, where it rounds nothing; with PyTorch's observers they share, as
 * there. Likewise, the fixed range of a sigmoid or tanh is that of its output alone, and a reshape
 * of floats has the range of what it reads, not that of an observer before the operators between.
 */
public final class OwnRanges {
  private static final Set<String> AVERAGES = Set.of("avgpool", "adaptiveavgpool", "mean");
  private static final Set<String> ARITHMETIC = Set.of("add", "mul", "addrelu", "mulrelu");

  private OwnRanges() {}

  static boolean wants(
      GraphModule model, @Nullable NodeMatch match, @Nullable ObserverSpec output) {
    if (match == null || output == null || !output.isOctants()) {
      return false;
    }
    TargetType root = model.typeOf(match.root());
    String operator = root == null ? "" : plainName(root);
    return AVERAGES.contains(operator);
  }

  /** Whether a match is arithmetic of a tensor with a number. */
  static boolean isWithNumber(GraphModule model, NodeMatch match) {
    TargetType root = model.typeOf(match.root());
    return root != null && ARITHMETIC.contains(plainName(root)) && match.tensorArguments() == 1;
  }

  /**
   * Whether an operator was prepared as an average with a range of its own. Kernels that keep the
   * parameters of the input would throw that range away.
   */
  public static boolean isOwnAverage(TargetType type, Optional<QConfig> qconfig) {
    return AVERAGES.contains(plainName(type))
        && qconfig.map(q -> q.activation().isOctants()).orElse(false);
  }

  /**
   * How the input of an operator is observed that has no observer of its own, if nothing has
   * quantized it before. FX gives that of a fixed range the range of the output, [0, 1] for a
   * sigmoid, and that of a reshape the next observer upwards, of whatever value. Where Octant's own
   * observer is in use, the input gets one like that: of the nearest operator before it that has
   * one, else of any.
   *
   * @param qconfigs by node name, in execution order
   * @return empty with PyTorch's observers
   */
  static Optional<ObserverSpec> inputOf(Node node, Map<String, Choice<QConfig>> qconfigs) {
    Set<Node> seen = new HashSet<>();
    Deque<Node> next = new ArrayDeque<>(node.inputs());
    while (!next.isEmpty()) {
      Node source = next.remove();
      Optional<ObserverSpec> own = own(qconfigs.get(source.name()));
      if (own.isPresent()) {
        return own;
      }
      source.inputs().stream().filter(seen::add).forEach(next::add);
    }
    return qconfigs.values().stream().flatMap(c -> own(c).stream()).findFirst();
  }

  private static Optional<ObserverSpec> own(@Nullable Choice<QConfig> choice) {
    return Optional.ofNullable(choice)
        .flatMap(Choice::value)
        .map(QConfig::activation)
        .filter(ObserverSpec::isOctants);
  }

  /** Name of a module class, function or method, without underscores and dimension. */
  private static String plainName(TargetType type) {
    String name = type.name();
    return name.substring(name.lastIndexOf('.') + 1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("_|[123]d$", "");
  }
}
