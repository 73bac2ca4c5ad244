package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Upper bounds of how many elements operators return, for those that may return more than they get.
 */
final class ResultSizes {
  private static final long TOO_MANY = Long.MAX_VALUE >> 1;

  private ResultSizes() {}

  /**
   * The most elements that a function or method returns.
   *
   * @param call null for a module, and for arguments that do not fit
   * @param inputs elements of all its arguments
   */
  static long elements(@Nullable BoundCall call, List<Object> args, long inputs) {
    Long told = call == null ? null : told(call, args, inputs);
    if (told != null) {
      return told;
    }
    List<Tensor> tensors = Arguments.all(args, Tensor.class);
    try {
      Shape known =
          tensors.isEmpty() || call == null
              ? null
              : LayoutRules.anyType(call, tensors.get(0).shape());
      return known != null ? known.numel() : Math.max(inputs, broadcast(tensors));
    } catch (OctantException e) {
      return TOO_MANY; // beyond what a shape can have
    }
  }

  /** By the rows that say how many elements they return at most; null for others. */
  private static @Nullable Long told(BoundCall call, List<Object> args, long inputs) {
    return switch (call.row().shape()) {
      case FILLED -> filled(call.get("size"));
      case RANGE -> range((List<?>) call.get("bounds"));
      case CLASSES -> {
        long classes = call.find("num_classes") instanceof Long l ? l : 1;
        yield times(inputs, Math.max(1, classes));
      }
      case PICKED -> Math.max(inputs, picked(args, call.find("dim") instanceof Long dim ? dim : 0));
      default -> null;
    };
  }

  private static long filled(Object sizes) {
    long n = 1;
    for (Long size : Arguments.all(sizes, Long.class)) {
      n = times(n, size);
    }
    return n;
  }

  private static long times(long a, long b) {
    return b <= 0 ? 0 : a > TOO_MANY / b ? TOO_MANY : a * b;
  }

  private static long range(List<?> args) {
    double start = args.size() > 1 ? number(args.get(0)) : 0;
    double end = number(args.get(args.size() > 1 ? 1 : 0));
    double step = args.size() > 2 ? number(args.get(2)) : 1;
    double n = Math.ceil((end - start) / step);
    return n > 0 ? (long) Math.min(n, TOO_MANY) : 0;
  }

  private static double number(Object value) {
    return value instanceof Number n ? n.doubleValue() : value instanceof Tensor t ? t.item() : 0;
  }

  /** Each position of the largest indices brings a slice along an axis. */
  private static long picked(List<Object> args, long axis) {
    List<Tensor> tensors = Arguments.all(args, Tensor.class);
    if (tensors.size() < 2) {
      return 0;
    }
    Shape in = tensors.get(0).shape();
    long positions = tensors.stream().skip(1).mapToLong(Tensor::numel).max().orElse(1);
    boolean named = axis >= -in.rank() && axis < in.rank();
    return times(positions, in.numel() / Math.max(1, named ? in.dim((int) axis) : 1));
  }

  private static long broadcast(List<Tensor> tensors) {
    @Nullable Shape out = null;
    for (Tensor t : tensors) {
      try {
        out = out == null ? t.shape() : Shape.broadcast(out, t.shape());
      } catch (OctantException e) {
        if (String.valueOf(e.getMessage()).startsWith("Cannot broadcast")) {
          return 0; // no operands of one operation
        }
        throw e;
      }
    }
    return out == null ? 0 : out.numel();
  }
}
