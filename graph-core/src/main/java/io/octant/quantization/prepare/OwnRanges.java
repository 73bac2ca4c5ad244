package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.TargetType;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operators that FX has share one observer between input and output although their values have
 * different ranges: arithmetic with a scalar (times 1/8 leaves 32 of 256 levels) and averages.
 * Where Octant's own observer is asked for, their outputs get one of their own; with PyTorch's
 * observers they share, as there.
 */
public final class OwnRanges {
  private static final Set<String> AVERAGES = Set.of("avgpool", "adaptiveavgpool", "mean");
  private static final Set<String> ARITHMETIC = Set.of("add", "mul", "addrelu", "mulrelu");

  private OwnRanges() {}

  static boolean wants(
      GraphModule model, @Nullable NodeMatch match, @Nullable ObserverSpec output) {
    if (match == null || output == null || !output.type().equals(GridHistogramObserver.TYPE)) {
      return false;
    }
    TargetType root = model.typeOf(match.root());
    String operator = root == null ? "" : plainName(root);
    return AVERAGES.contains(operator)
        || ARITHMETIC.contains(operator) && match.tensorArguments() == 1;
  }

  /**
   * Whether an operator was prepared as an average with a range of its own. Kernels that keep the
   * parameters of the input would throw that range away.
   */
  public static boolean isOwnAverage(TargetType type, Optional<QConfig> qconfig) {
    return AVERAGES.contains(plainName(type))
        && qconfig.map(q -> q.activation().type().equals(GridHistogramObserver.TYPE)).orElse(false);
  }

  /** Name of a module class, function or method, without underscores and dimension. */
  private static String plainName(TargetType type) {
    String name = type.name();
    return name.substring(name.lastIndexOf('.') + 1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("_|[123]d$", "");
  }
}
