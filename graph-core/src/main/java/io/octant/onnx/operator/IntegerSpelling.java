package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spells operations on integer and boolean tensors (token ids, masks) in ways that no backend
 * quantizes. Graph mode quantization knows operators and not element types: it would observe and
 * quantize the result of {@code torch.unsqueeze} whatever it holds, but leaves the same done by
 * indexing alone.
 */
final class IntegerSpelling {
  private static final Slice ALL = new Slice(None.NONE, None.NONE, None.NONE);

  private IntegerSpelling() {}

  /** A call under its other spelling. */
  record Call(String function, List<?> args) {}

  /** The other spelling of a function or method; null if the call may stay as it is. */
  static @Nullable Call of(String target, List<?> args) {
    Value x = first(args);
    if (x == null || x.isKnown() || !isInteger(x)) {
      return null;
    }
    return switch (target) {
      case "torch.unsqueeze" -> index(x, (Long) args.get(1), None.NONE);
      case "torch.squeeze" -> index(x, (Long) args.get(1), 0L);
      case "torch.flatten" -> flatten(x, (int) (long) (Long) args.get(1));
      case "torch.transpose" -> transpose(x, (Long) args.get(1), (Long) args.get(2));
      case "reshape" -> new Call("torch.reshape", List.of(x, args.subList(1, args.size())));
      case "permute" -> new Call("torch.permute", List.of(x, args.subList(1, args.size())));
      case "torch.cat" -> new Call("torch.concat", args);
      case "torch.clamp" -> new Call("torch.clip", args);
      case "torch.nn.functional.relu" -> new Call("torch.clip", List.of(x, 0L, None.NONE));
      case "repeat" -> new Call("torch.tile", List.of(x, args.subList(1, args.size())));
      default -> null;
    };
  }

  private static @Nullable Value first(List<?> args) {
    Object arg = args.isEmpty() ? None.NONE : args.get(0);
    if (arg instanceof List<?> list) {
      return list.stream()
          .filter(Value.class::isInstance)
          .map(Value.class::cast)
          .filter(v -> !v.isKnown())
          .findFirst()
          .orElse(null);
    }
    return arg instanceof Value v ? v : null;
  }

  private static boolean isInteger(Value x) {
    return x.at(false) instanceof Tensor t && !t.isQuantized() && !t.dtype().isFloatingPoint();
  }

  private static Call index(Value x, long axis, Object at) {
    List<Object> items = new ArrayList<>(Collections.nCopies((int) axis, ALL));
    items.add(at);
    return new Call("operator.getitem", List.of(x, new Tuple(items)));
  }

  private static Call flatten(Value x, int start) {
    List<Object> dims = new ArrayList<>();
    long rest = 1;
    for (int i = 0; i < x.rank(); i++) {
      if (i < start) {
        dims.add((long) x.fixedDim(i)); // −1 for the batch
      } else {
        rest *= x.fixedDim(i);
      }
    }
    dims.add(rest);
    return new Call("torch.reshape", List.of(x, dims));
  }

  private static Call transpose(Value x, long a, long b) {
    List<Object> dims = new ArrayList<>();
    for (long i = 0; i < x.rank(); i++) {
      dims.add(i == a ? b : i == b ? a : i);
    }
    return new Call("torch.permute", List.of(x, dims));
  }
}
