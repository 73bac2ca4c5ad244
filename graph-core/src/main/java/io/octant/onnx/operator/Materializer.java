package io.octant.onnx.operator;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.Operation;
import io.octant.onnx.OnnxException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings values that are known at import into the graph, once each. */
final class Materializer {
  private static final FunctionType MUL = new FunctionType("operator.mul");
  private static final FunctionType ADD = new FunctionType("operator.add");
  private static final FunctionType MULTIPLY = FunctionType.of("torch.multiply");
  private static final FunctionType SUB = new FunctionType("operator.sub");

  private final GraphModule module;
  private final ModulePaths paths;
  private final int smallBatch;
  private final int largeBatch;
  private final Map<Tensor, Node> constants = new HashMap<>();
  private @Nullable Node batchSource;
  private int batchAxis;
  private @Nullable Node batchSize;

  Materializer(GraphModule module, ModulePaths paths, int smallBatch, int largeBatch) {
    this.module = module;
    this.paths = paths;
    this.smallBatch = smallBatch;
    this.largeBatch = largeBatch;
  }

  /** Names an input and its axis that is the batch; the first one named is read. */
  void batchSource(Node input, int axis) {
    if (batchSource == null) {
      batchSource = input;
      batchAxis = axis;
    }
  }

  static String nodeName(Operation operation) {
    String target =
        operation instanceof Operation.CallFunction f
            ? f.function().shortName()
            : operation.target();
    return target.toLowerCase(Locale.ROOT);
  }

  /** A value as a graph argument: a node, or a plain value if it is a constant but no tensor. */
  Object argument(Value value, NodeScope scope) {
    if (value.isConstant() && !(value.at(false) instanceof Tensor)) {
      return value.at(false);
    }
    return node(value, scope);
  }

  /** The node that holds a value. */
  Node node(Value value, NodeScope scope) {
    Node made = value.node;
    if (made == null) {
      made = make(value, scope);
      value.node = made;
    }
    return made;
  }

  private Node make(Value value, NodeScope scope) {
    Object small = value.at(false);
    Object large = value.at(true);
    if (small instanceof Long s && large instanceof Long l) {
      return batchExpression(s, l, scope);
    }
    if (!(small instanceof Tensor s) || !(large instanceof Tensor l)) {
      throw new OnnxException(
          "Cannot bring " + value.name() + " into the graph: " + small + ", expected a tensor");
    }
    if (s.equals(l)) {
      return constant(s, value.name());
    }
    Node sizes = sizes(value.name(), s, l, scope);
    return sizes != null ? sizes : repeated(value.name(), s, l, scope);
  }

  /**
   * Integers {@code a · batch + b}, element by element; null if they are none. Spelled so that no
   * backend quantizes it.
   */
  private @Nullable Node sizes(String name, Tensor small, Tensor large, NodeScope scope) {
    boolean integers = small.dtype() == DType.INT64 && small.shape().equals(large.shape());
    int step = largeBatch - smallBatch;
    long[] factors = new long[small.numel()];
    long[] offsets = new long[factors.length];
    for (int i = 0; i < factors.length && integers; i++) {
      long grown = large.longAt(i) - small.longAt(i);
      integers = grown % step == 0;
      factors[i] = grown / step;
      offsets[i] = factors[i] * smallBatch - small.longAt(i);
    }
    if (!integers) {
      return null;
    }
    Node size = batchExpression(smallBatch, largeBatch, scope);
    Node grown =
        call(MULTIPLY, List.of(constant(of(factors, small), name + ".factor"), size), scope);
    return call(SUB, List.of(grown, constant(of(offsets, small), name + ".offset")), scope);
  }

  private static Tensor of(long[] values, Tensor like) {
    return Tensor.of(DType.INT64, like.shape(), values);
  }

  private Node constant(Tensor tensor, String name) {
    return constants.computeIfAbsent(
        tensor,
        t -> {
          String path = paths.reserve(name.startsWith("onnx::") ? name.substring(6) : name);
          int dot = path.lastIndexOf('.');
          if (dot > 0 && module.findModule(path.substring(0, dot)) == null) {
            module.setModule(path.substring(0, dot), new io.octant.graph.Container());
          }
          Module owner = dot < 0 ? module : module.module(path.substring(0, dot));
          owner.setBuffer(path.substring(dot + 1), t);
          return module.graph().getAttr(path);
        });
  }

  /** {@code a · batch + b} through both points. */
  private Node batchExpression(long small, long large, NodeScope scope) {
    Graph graph = module.graph();
    Node size = batchSize;
    if (size == null) {
      if (batchSource == null) {
        throw new OnnxException("Cannot express a batch size: no input has a batch axis");
      }
      size = graph.callMethod("size", batchSource, (long) batchAxis);
      batchSize = size;
    }
    if ((large - small) % (largeBatch - smallBatch) != 0) {
      throw new OnnxException(
          "Cannot express a size: "
              + small
              + " at batch "
              + smallBatch
              + " and "
              + large
              + " at batch "
              + largeBatch
              + ", expected a multiple of the batch");
    }
    long factor = (large - small) / (largeBatch - smallBatch);
    long offset = small - factor * smallBatch;
    Node out = size;
    if (factor != 1) {
      out = call(MUL, List.of(out, factor), scope);
    }
    return offset == 0 ? out : call(ADD, List.of(out, offset), scope);
  }

  private Node call(FunctionType function, List<Object> args, NodeScope scope) {
    return module
        .graph()
        .create(new Operation.CallFunction(function), args, Map.of(), function.shortName(), scope);
  }

  /** A constant that the batch only repeats along one axis: one slice of it, expanded. */
  private Node repeated(String name, Tensor small, Tensor large, NodeScope scope) {
    Shape s = small.shape();
    Shape l = large.shape();
    for (int axis = 0; axis < s.rank() && s.rank() == l.rank(); axis++) {
      if (s.dim(axis) != l.dim(axis)
          && s.withDim(axis, 1).equals(l.withDim(axis, 1))
          && s.dim(axis) > 0) {
        Tensor slice = slice(small, axis);
        Tensor same = slice(large, axis);
        if (slice != null && same != null && slice.equals(same)) {
          List<Object> args = new ArrayList<>();
          args.add(constant(slice, name));
          for (int d = 0; d < s.rank(); d++) {
            args.add(d == axis ? batchExpression(s.dim(d), l.dim(d), scope) : (Object) (-1L));
          }
          return module
              .graph()
              .create(new Operation.CallMethod("expand"), args, Map.of(), "expand", scope);
        }
      }
    }
    throw new OnnxException(
        "Cannot import "
            + name
            + ": its content depends on the batch size ("
            + s
            + " and "
            + l
            + "), expected it to repeat along the batch");
  }

  /** The slice that a tensor repeats along an axis, null if its slices differ. */
  private static @Nullable Tensor slice(Tensor t, int axis) {
    int[] strides = t.shape().strides();
    int size = t.shape().dim(axis);
    Shape one = t.shape().withDim(axis, 1);
    double[] values = new double[one.numel()];
    for (int i = 0, to = 0; i < t.numel(); i++) {
      int at = i / strides[axis] % size;
      double first = t.doubleAt(i - at * strides[axis]);
      if (Double.compare(t.doubleAt(i), first) != 0) {
        return null;
      }
      if (at == 0) {
        values[to++] = first;
      }
    }
    return switch (t.dtype().storage()) {
      case DOUBLES -> Tensor.of(t.dtype(), one, values);
      case FLOATS -> {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
          f[i] = (float) values[i];
        }
        yield Tensor.of(t.dtype(), one, f);
      }
      case INTS ->
          Tensor.of(
              t.dtype(), one, java.util.Arrays.stream(values).mapToInt(v -> (int) v).toArray());
      case LONGS ->
          Tensor.of(
              t.dtype(), one, java.util.Arrays.stream(values).mapToLong(v -> (long) v).toArray());
    };
  }
}
